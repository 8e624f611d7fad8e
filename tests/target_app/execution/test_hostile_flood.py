"""Two thousand hostile connections: memory stays bounded and comes back, and honest orders pass.

How long an honest client waits meanwhile is for `make bench` to say: here the attackers run
on the same cores.
"""

import contextlib
import os
import resource
import selectors
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from target_app.execution.http.webhook import PATH
from tests.support.service_in_process import order
from tests.support.service_process import Client, Server
from tests.support.wait_until import eventually

pytestmark = [pytest.mark.programs, pytest.mark.long]
Launch = Callable[..., Server]
# How often every connection that takes more is given more, with an honest order after each time.
CONNECTIONS, ROUNDS = 2000, 60
MEGABYTE = 1 << 20
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


def resident(server: Server) -> int:
    pages = int(Path(f"/proc/{server.process.pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def flood(port: int, what: Callable[[int], bytes], watch: Callable[[], None]) -> int:
    """Keep so many connections sending for some rounds; how many were opened."""
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
        for _ in range(ROUNDS):
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


@pytest.mark.parametrize("what", FLOODS.values(), ids=FLOODS)
def test_a_flood_costs_little_memory_and_keeps_no_honest_order_out(
    launch: Launch, what: Callable[[int], bytes]
) -> None:
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard < CONNECTIONS + 200:
        pytest.skip(f"the system allows {hard} open files")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    server = launch(EXECUTION_TRUSTED_PROXIES="127.0.0.0/8")
    client = Client(server.port)
    client.send(order(id="first"))
    before = resident(server)
    peak, honest = before, 0

    def watch() -> None:
        nonlocal peak, honest
        peak = max(peak, resident(server))
        status, document = client.send(order(id=f"honest-{honest}"))
        assert status == 200, document
        honest += 1

    assert flood(server.port, what, watch) >= CONNECTIONS
    assert honest == ROUNDS
    assert peak - before < 150 * MEGABYTE, f"it grew by {(peak - before) / MEGABYTE:.0f} MB"
    eventually(lambda: resident(server) - before < 75 * MEGABYTE, "the memory comes back")
    with contextlib.suppress(OSError):
        client.close()
    assert server.stop() == 0
    assert "Traceback" not in server.log.read_text()
