"""Addresses of numbers are taken as they are; names are looked up each time."""

import socket
from types import SimpleNamespace

import pytest

from toolkit.load_generator.connect_to_ip_address import connect_without_lookup

LOOKED_UP = object()


def resolved(host: str) -> object:
    pool = SimpleNamespace(_connection_host=host, _connection_port=8000, _resolve=lambda: LOOKED_UP)
    connect_without_lookup(pool)
    return pool._resolve()


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.7", "::1", "2001:db8::1"])
def test_a_number_is_what_the_system_says_of_it(host: str) -> None:
    system = socket.getaddrinfo(host, 8000, 0, socket.SOCK_STREAM, socket.SOL_TCP)
    assert resolved(host) == system


@pytest.mark.parametrize("host", ["localhost", "shop.example", "127.1", "fe80::1%1"])
def test_anything_else_is_looked_up(host: str) -> None:
    assert resolved(host) is LOOKED_UP
