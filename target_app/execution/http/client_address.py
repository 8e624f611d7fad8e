"""Which address a request counts as, and whether that address may send webhooks."""

import functools
import ipaddress
from collections.abc import Sequence
from typing import NamedTuple

from toolkit.errors import ConfigurationError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# What a home or a rented server is given whole: its holder could pick a new address in it
# for every request. Source: https://www.rfc-editor.org/rfc/rfc6177
_IPV6_SITE_BITS = 64
_LONGEST_CHAIN = 256
# The longest address that is one: IPv6 with an embedded IPv4, in brackets, with a port.
_LONGEST_ADDRESS = 53


def networks(blocks: Sequence[str], where: str) -> tuple[Network, ...]:
    """CIDR blocks as values; `where` names the setting in the message."""
    made = []
    for block in blocks:
        try:
            made.append(ipaddress.ip_network(block))
        except ValueError as error:
            raise ConfigurationError(
                f"{where}: {error}.", fix="write blocks like 192.0.2.0/24 or 2001:db8::/32."
            ) from None
    return tuple(made)


class Caller(NamedTuple):
    """Who a request counts as: its address, whether it is let in, and what its limit counts by."""

    address: str
    is_allowed: bool
    site: str


class Access:
    """The allow-list and the trusted proxies."""

    def __init__(
        self, allowed: Sequence[str], proxies: Sequence[str], *, where: str = "ALLOWED_IPS"
    ) -> None:
        self._allowed = networks(allowed, where)
        self._proxies = networks(proxies, "TRUSTED_PROXIES")
        # Few addresses send most webhooks; the bound keeps a flood of them out of memory.
        self._behind = functools.lru_cache(maxsize=4096)(self._behind_proxies)
        self._known = functools.lru_cache(maxsize=4096)(self._called)
        self._judge = functools.lru_cache(maxsize=4096)(self._judged)

    def caller(self, peer: str, forwarded: Sequence[bytes]) -> Caller:
        """What is known of a request by its address: see `client`, `allows` and `site`."""
        chain = b",".join(forwarded) if forwarded else b""
        return (self._known if len(chain) <= _LONGEST_CHAIN else self._called)(peer, chain)

    def _called(self, peer: str, chain: bytes) -> Caller:
        client = self.client(peer, (chain,) if chain else ())
        return Caller(client, self.allows(client), site(client))

    def client(self, peer: str, forwarded: Sequence[bytes]) -> str:
        """The address that a request counts as: `X-Forwarded-For` read from the right.

        Proxies append, so the right-most address that is not a proxy of ours is the last one
        that a proxy of ours saw; what stands left of it is the client's own claim.
        """
        if not forwarded or not self.is_proxy(peer):
            return peer
        # One joined list: a proxy may add a header instead of extending the one there.
        joined = b",".join(forwarded)
        # What is longer than any real chain of proxies is not remembered: it may be 64 kB.
        read = self._behind if len(joined) <= _LONGEST_CHAIN else self._behind_proxies
        return read(peer, joined)

    def _behind_proxies(self, peer: str, forwarded: bytes) -> str:
        for hop in reversed(forwarded.decode("latin-1").split(",")):
            address = _parsed(hop.strip())
            if address is None:
                return peer  # a hop that is not an address: believe nothing to its left
            if not self.is_proxy(str(address)):
                return str(address)
        return peer

    def allows(self, client: str) -> bool:
        """Whether the address may send webhooks."""
        return self._judge(client)[0]

    def is_proxy(self, address: str) -> bool:
        """Whether it is one of the trusted proxies."""
        return bool(self._proxies) and self._judge(address)[1]

    def _judged(self, text: str) -> tuple[bool, bool]:
        address = _parsed(text)
        return (
            not self._allowed or (address is not None and _within(address, self._allowed)),
            address is not None and _within(address, self._proxies),
        )


@functools.lru_cache(maxsize=4096)
def site(client: str) -> str:
    """What a rate limit counts by: an IPv4 address, or the /64 of an IPv6 one."""
    address = _parsed(client)
    if address is None:
        return "unknown"
    if isinstance(address, ipaddress.IPv4Address):
        return str(address)
    return str(ipaddress.ip_network((address, _IPV6_SITE_BITS), strict=False))


def _parsed(text: str) -> Address | None:
    if len(text) > _LONGEST_ADDRESS or "%" in text:  # a zone may be any text
        return None
    if text.startswith("["):  # [2001:db8::1]:443
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:443
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _within(address: Address, blocks: tuple[Network, ...]) -> bool:
    return any(address in block for block in blocks if block.version == address.version)
