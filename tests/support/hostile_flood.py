"""Two thousand connections that send what they never end, or what costs much to read."""

import resource
import selectors
import socket
import sys
from collections.abc import Callable

from target_app.execution.http.webhook import PATH

CONNECTIONS = 2000
HEAD = f"POST {PATH} HTTP/1.1\r\nHost: x\r\n".encode()
KEYS = b"{" + b",".join(b'"%d":0' % n for n in range(6500)) + b"}"


def unsigned(number: int) -> bytes:
    """Sixty-four kilobytes of keys, each time from another address."""
    address = b"10.%d.%d.%d" % (number >> 16 & 255, number >> 8 & 255, number & 255)
    head = HEAD + b"X-Forwarded-For: %b\r\nX-Signature: %064d\r\n" % (address, number)
    return head + b"Content-Length: %d\r\n\r\n" % len(KEYS) + KEYS


FLOODS: dict[str, Callable[[int], bytes]] = {
    "a header of a gigabyte": lambda _: HEAD + b"X-A: " + b"b" * 64_000,
    "fields without end": lambda _: HEAD + b"X-A: b\r\n" * 8000,
    "bodies of keys": unsigned,
    "bodies that stop": lambda _: HEAD + b"Content-Length: 65000\r\n\r\n" + b"x" * 60_000,
    "heads that stop": lambda _: HEAD + b"X-A: " + b"b" * 15_000,
}


def flood(
    port: int, what: Callable[[int], bytes], watch: Callable[[], None], *, rounds: int
) -> int:
    """Keep so many connections sending, and `watch` after each round; how many were opened."""
    opened = 0
    with selectors.DefaultSelector() as selector:

        def open_one() -> None:
            nonlocal opened
            opened += 1
            connection = socket.socket()
            connection.settimeout(0)
            connection.connect_ex(("127.0.0.1", port))
            selector.register(connection, selectors.EVENT_WRITE, what(opened))

        for _ in range(CONNECTIONS):
            open_one()
        for _ in range(rounds):
            for key, _ in selector.select(0.1):
                connection, data = key.fileobj, key.data
                assert isinstance(connection, socket.socket)
                try:
                    sent = connection.send(data or b"b" * 64_000)
                    selector.modify(connection, selectors.EVENT_WRITE, data[sent:])
                except OSError:
                    selector.unregister(connection)
                    connection.close()
                    open_one()
            watch()
        for key in list(selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
    return opened


def main(port: int, kind: str) -> None:
    """Flood without end, as a process of its own; say when all connections are there."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    told = False

    def watch() -> None:
        nonlocal told
        if not told:
            told = True
            sys.stdout.write("flooding\n")
            sys.stdout.flush()

    flood(port, FLOODS[kind], watch, rounds=sys.maxsize)
