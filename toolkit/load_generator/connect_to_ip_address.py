"""Connects to an address of numbers without asking anybody where that is.

gevent asks the system in a thread, for an address too, which takes longer than to connect: a
thousand users that send for the first time would keep each other waiting.
"""

import ipaddress
import socket
from typing import Any


def connect_without_lookup(pool: Any) -> None:
    """Let the library's pool take its host as it is, where that is a number; else nothing."""
    host, port = pool._connection_host, pool._connection_port  # noqa: SLF001 - no option says it
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return
    target: tuple[str, int] | tuple[str, int, int, int] = (host, port)
    if isinstance(address, ipaddress.IPv4Address):
        family = socket.AF_INET
    elif address.scope_id is None:
        family, target = socket.AF_INET6, (host, port, 0, 0)
    else:
        return  # a number of the interface is to be looked up
    found = [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", target)]
    pool._resolve = lambda: found  # noqa: SLF001
