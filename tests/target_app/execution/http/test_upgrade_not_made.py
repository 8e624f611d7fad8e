"""A parser that stands behind a head goes on with the body, and with the requests after it."""

from typing import Any

import pytest

from target_app.execution.http.upgrade_not_made import parser_of_body


class Connection:
    """Keeps what a parser tells."""

    def __init__(self) -> None:
        self.told: list[tuple[Any, ...]] = []

    def on_message_begin(self) -> None:
        self.told.append(("begin",))

    def on_url(self, url: bytes) -> None:
        self.told.append(("url", url))

    def on_header(self, name: bytes, value: bytes) -> None:
        self.told.append(("header", name, value))

    def on_headers_complete(self) -> None:
        self.told.append(("head",))

    def on_body(self, body: bytes) -> None:
        self.told.append(("body", body))

    def on_message_complete(self) -> None:
        self.told.append(("complete",))


NEXT = b"GET /next HTTP/1.1\r\nHost: x\r\n\r\n"
TOLD_OF_NEXT = [("begin",), ("url", b"/next"), ("header", b"Host", b"x"), ("head",), ("complete",)]
FRAMED = {
    "a length": ((b"content-length", b"3"), b"abc"),
    "chunks": ((b"transfer-encoding", b"chunked"), b"3\r\nabc\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize(("field", "sent"), FRAMED.values(), ids=FRAMED)
def test_the_body_is_told_of_and_what_follows_it(field: tuple[bytes, bytes], sent: bytes) -> None:
    connection = Connection()
    parser = parser_of_body(connection, [(b"host", b"x"), (b"upgrade", b"h2c"), field])
    assert parser is not None
    assert connection.told == []
    parser.feed_data(sent + NEXT)
    assert connection.told == [("body", b"abc"), ("complete",), *TOLD_OF_NEXT]


def test_an_empty_body_is_complete_at_once() -> None:
    connection = Connection()
    parser = parser_of_body(connection, [(b"content-length", b"0")])
    assert parser is not None
    assert connection.told == [("complete",)]
    parser.feed_data(NEXT)
    assert connection.told == [("complete",), *TOLD_OF_NEXT]


def test_without_a_length_there_is_no_body() -> None:
    assert parser_of_body(Connection(), [(b"host", b"x"), (b"upgrade", b"h2c")]) is None
