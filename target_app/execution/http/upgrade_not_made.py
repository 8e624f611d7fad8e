"""Reads on behind a request that asks for another protocol, which nobody speaks here.

Java's HTTP client asks for HTTP/2 with each request that is not encrypted. The parser takes all
that follows the head for the other protocol, the body too. A service that makes no upgrade
answers the request as if it had not been asked for (RFC 9110, section 7.8).
"""

from collections.abc import Iterable
from typing import Any

import httptools

_FRAMING = frozenset({b"content-length", b"transfer-encoding"})


class _AfterHead:
    """Hands a parser's callbacks on to a connection, but for those of the head that it knows."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.is_known = True

    def on_message_begin(self) -> None:
        """Of a request that follows."""
        if not self.is_known:
            self._connection.on_message_begin()

    def on_url(self, url: bytes) -> None:
        """Of a request that follows."""
        if not self.is_known:
            self._connection.on_url(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Of a trailer, or of a request that follows."""
        if not self.is_known:
            self._connection.on_header(name, value)

    def on_headers_complete(self) -> None:
        """Of a request that follows."""
        if not self.is_known:
            self._connection.on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """A part of the body."""
        self._connection.on_body(body)

    def on_message_complete(self) -> None:
        """The body is whole; one of no bytes is so behind the head."""
        self._connection.on_message_complete()


def parser_of_body(
    connection: Any, headers: Iterable[tuple[bytes, bytes]]
) -> httptools.HttpRequestParser | None:
    """A parser that stands behind a head with these headers; None where they tell of no body."""
    framing = [b"%b: %b\r\n" % field for field in headers if field[0] in _FRAMING]
    if not framing:
        return None
    callbacks = _AfterHead(connection)
    parser = httptools.HttpRequestParser(callbacks)
    # As uvicorn's own: an answer that closes the connection is given, whatever follows.
    parser.set_dangerous_leniencies(lenient_data_after_close=True)
    parser.feed_data(b"POST / HTTP/1.1\r\n" + b"".join(framing) + b"\r\n")
    callbacks.is_known = False
    return parser
