"""Which address a request counts as."""

import pytest

from target_app.execution.http.client_address import Access, site
from toolkit.errors import ConfigurationError

PROXIES = ("10.0.0.0/8", "fd00::/8")
CLIENTS = {
    "no header": ("10.0.0.1", (), "10.0.0.1"),
    "a stranger speaks for somebody": ("192.0.2.1", (b"198.51.100.1",), "192.0.2.1"),
    "a proxy speaks": ("10.0.0.1", (b"198.51.100.1",), "198.51.100.1"),
    "a client lies to a proxy": ("10.0.0.1", (b"203.0.113.9, 198.51.100.1",), "198.51.100.1"),
    "two proxies": ("10.0.0.1", (b"198.51.100.1, 10.0.0.2",), "198.51.100.1"),
    "two headers": ("10.0.0.1", (b"203.0.113.9", b"198.51.100.1"), "198.51.100.1"),
    "nobody but proxies": ("10.0.0.1", (b"10.0.0.3, 10.0.0.2",), "10.0.0.1"),
    "no address at all": ("10.0.0.1", (b"unknown",), "10.0.0.1"),
    "rubbish before an address": ("10.0.0.1", (b"<script>, 198.51.100.1",), "198.51.100.1"),
    "with a port": ("10.0.0.1", (b"198.51.100.1:5555",), "198.51.100.1"),
    "a zone that is no zone": ("10.0.0.1", (b"fe80::1%" + b"x" * 5000,), "10.0.0.1"),
    "an endless chain": ("10.0.0.1", (b"1.1.1.1," * 5000 + b"198.51.100.1",), "198.51.100.1"),
    "IPv6 in brackets": ("fd00::1", (b"[2001:db8::1]:443",), "2001:db8::1"),
    "IPv4 written as IPv6": ("::ffff:10.0.0.1", (b"::ffff:198.51.100.1",), "198.51.100.1"),
}


@pytest.mark.parametrize(("peer", "forwarded", "client"), CLIENTS.values(), ids=CLIENTS)
def test_client(peer: str, forwarded: tuple[bytes, ...], client: str) -> None:
    assert Access((), PROXIES).client(peer, forwarded) == client


ALLOWED = {
    "an address in the block": ("192.0.2.77", True),
    "an address beside it": ("192.0.3.1", False),
    "IPv6 in the block": ("2001:db8::1", True),
    "IPv6 beside it": ("2001:db9::1", False),
    "no address": ("unknown", False),
}


@pytest.mark.parametrize(("client", "allowed"), ALLOWED.values(), ids=ALLOWED)
def test_allow_list(client: str, allowed: bool) -> None:  # noqa: FBT001 - a column of the table
    assert Access(("192.0.2.0/24", "2001:db8::/32"), ()).allows(client) is allowed
    assert Access((), ()).allows(client)


def test_an_ipv6_client_is_its_network_since_it_can_pick_any_address_in_it() -> None:
    assert site("2001:db8::1") == site("2001:db8::ffff:1") == "2001:db8::/64"
    assert site("2001:db8:0:1::1") == "2001:db8:0:1::/64"
    assert site("192.0.2.1") == "192.0.2.1"
    assert site("rubbish") == "unknown"


def test_a_block_that_is_none_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"ALLOWED_IPS: '192\.0\.2\.0/33' does not appear"):
        Access(("192.0.2.0/33",), ())
