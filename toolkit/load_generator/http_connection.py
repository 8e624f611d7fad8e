"""A connection that is kept open: writes plain requests, and reads plain answers without a parser.

More than half of what a request cost was geventhttpclient's: three tables of headers, a call
for each field of the answer, a timer for each wait. A request with ordinary headers and an
answer with a Content-Length, which nearly all are, are written and read here. Whatever else
comes is given to the library's parser, with what was read of it.
"""

import re
import select
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from gevent.monkey import get_original
from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPConnectionClosed, HTTPParseError, HTTPSocketResponse

_BLOCK = 65_536
_poll = get_original("select", "poll")  # gevent's own would wait
_BROKEN = (BrokenPipeError, ConnectionResetError)
# RFC 9110, 9.2.2: may be sent again where the connection was closed instead of answering.
_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
_WITH_CONTENT = frozenset({"POST", "PUT", "PATCH"})
# What frames the body or asks before it is sent: the library's business.
_FRAMING = frozenset({"content-length", "transfer-encoding", "expect", "connection", "upgrade"})

_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_TARGET = re.compile(r"/(?!/)[^\x00-\x20\x7f-\U0010ffff]*")

# An answer's head as RFC 9112 has it, without what is merely tolerated.
_HEAD = re.compile(
    rb"HTTP/1\.1 (\d{3})(?: [^\r\n\0]*)?\r\n((?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[^\r\n\0]*\r\n)*)\r\n"
)
_KEPT = re.compile(rb"(?:^|\n)connection:[ \t]*keep-alive[ \t]*\r")
_LENGTH = b"content-length:"
_MOST_DIGITS = 15  # of a length: what is longer is no length
_WITHOUT_BODY = frozenset({204, 304})
_FINAL = 200  # the first status that is not an interim one


class Reply:
    """What came back; status 0 and an `error` when nothing did, or not all of it.

    `headers` may be given as the lines that came: few scenarios ask for them.
    """

    __slots__ = ("_headers", "body", "error", "status")

    def __init__(
        self,
        status: int = 0,
        body: bytes = b"",
        headers: Headers | bytes = b"",
        error: BaseException | None = None,
    ) -> None:
        self.status, self.body, self.error = status, body, error
        self._headers = headers

    @property
    def headers(self) -> Headers:
        """The answer's headers; empty when no answer came."""
        if isinstance(self._headers, bytes):
            self._headers = _parsed(self._headers)
        return self._headers


def _parsed(lines: bytes) -> Headers:
    headers = Headers()
    for line in lines.decode("latin-1").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        headers.add(name, value.strip(" \t"))
    return headers


class PlainRequests:
    """Writes requests that have nothing but ordinary headers; the lines `always` go with each."""

    def __init__(self, always: list[str]) -> None:
        self._always = "".join(f"{line}\r\n" for line in always)
        self._others = {line.partition(":")[0].lower() for line in always} | _FRAMING
        self._ordinary: set[str] = set()
        # The last one that was found right, since most are the same; an empty one is not.
        self._target: str | None = None

    def head(self, method: str, target: str, headers: Mapping[str, str], length: int) -> bytes:
        """What comes before a body of so many bytes; empty where the request is not plain."""
        lines = self._always
        for name, value in headers.items():
            if name not in self._ordinary and not self._is_ordinary(name):
                return b""
            if not isinstance(value, str) or not _VALUE.fullmatch(value):
                return b""
            lines += f"{name}: {value}\r\n"
        if target != self._target:
            if not _TARGET.fullmatch(target):
                return b""
            self._target = target
        if length or method in _WITH_CONTENT:
            lines += f"Content-Length: {length}\r\n"
        return f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode("latin-1")

    def _is_ordinary(self, name: object) -> bool:
        if not isinstance(name, str) or not _NAME.fullmatch(name) or name.lower() in self._others:
            return False
        self._ordinary.add(name)
        return True


class Connection:
    """A connection for one request at a time; `pool` is the library's, which makes it."""

    def __init__(self, pool: Any) -> None:
        self._pool = pool
        self._encrypted = hasattr(pool, "ssl_context")
        self._socket: Any = None
        self._poll: Any = None

    def close(self) -> None:
        """Close it; the next request makes another one."""
        if self._socket is not None:
            with suppress(OSError):
                self._socket.close()
            self._socket = self._poll = None

    def ask(self, method: str, request: bytes) -> Reply:
        """Send the request, and give its whole answer. Raises what the network does."""
        is_used = self._is_alive()
        try:
            return self._once(method, request)
        except (HTTPConnectionClosed, *_BROKEN):
            # A server may close a connection that is idle just when the next request leaves.
            # A new connection that is closed without an answer is the service's own failure.
            if not is_used or method not in _IDEMPOTENT:
                raise
            return self._once(method, request)

    def _is_alive(self) -> bool:
        """Whether there is a connection, still open, with nothing more to be read from it."""
        if self._socket is None:
            return False
        if self._encrypted:
            is_alive = bool(self._pool._is_socket_alive(self._socket))  # noqa: SLF001
        else:
            is_alive = not self._poll.poll(0)
        if not is_alive:
            self.close()
        return is_alive

    def _once(self, method: str, request: bytes) -> Reply:
        if self._socket is None:
            self._socket = self._pool._create_socket()  # noqa: SLF001 - its own pooling costs more
            self._poll = _poll()
            self._poll.register(self._socket.fileno(), select.POLLIN)
        try:
            try:
                self._send(request)
            except _BROKEN:
                # It may have refused the request, and said why, without reading all of it.
                with suppress(OSError, HTTPParseError):
                    return self._read(method)
                raise
            return self._read(method)
        except BaseException:
            self.close()
            raise

    def _send(self, request: bytes) -> None:
        sent = self._socket.send(request)
        if sent < len(request):
            self._socket.sendall(memoryview(request)[sent:])

    def _read(self, method: str) -> Reply:
        sock = self._socket
        if not self._encrypted:
            # Otherwise gevent tries to read at once, which fails: no answer is that quick.
            sock._wait(sock._read_event)  # noqa: SLF001
        data = sock.recv(_BLOCK)
        if not data:
            raise HTTPConnectionClosed("connection closed.")
        head = _HEAD.match(data) if method != "HEAD" else None
        if head is None:
            return self._read_otherwise(method, data)
        status, lines = int(head[1]), head[2]
        length = _only_length(lines.lower())
        if length is None or status < _FINAL or status in _WITHOUT_BODY:
            return self._read_otherwise(method, data)
        body = data[head.end() :]
        if len(body) < length:
            body = self._read_rest(body, length)
        if len(body) > length:
            raise HTTPParseError(f"more came than the Content-Length of {length}")
        return Reply(status, body, lines)

    def _read_rest(self, begun: bytes, length: int) -> bytes:
        parts, missing = [begun], length - len(begun)
        while missing > 0:
            data = self._socket.recv(_BLOCK)
            if not data:
                raise HTTPParseError(f"closed {missing} bytes before its Content-Length")
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def _read_otherwise(self, method: str, begun: bytes) -> Reply:
        """Read what is not plain: in chunks, to the connection's end, after interim answers."""
        response: Any = HTTPSocketResponse(self._socket, method=method, pre_buffered=begun)
        reply = Reply(response.get_code(), response.read(), response.info())
        if response.should_close():
            self.close()
        return reply


def _only_length(lines: bytes) -> int | None:
    """The Content-Length where nothing else says where the body or the connection ends."""
    if lines.count(_LENGTH) != 1 or b"transfer-encoding:" in lines:
        return None
    if b"connection:" in lines and not _KEPT.search(lines):
        return None
    begin = lines.find(_LENGTH)
    if begin and lines[begin - 1 : begin] != b"\n":
        return None  # the end of another header's name
    value = lines[begin + len(_LENGTH) : lines.find(b"\r", begin)].strip(b" \t")
    return int(value) if value.isdigit() and len(value) <= _MOST_DIGITS else None
