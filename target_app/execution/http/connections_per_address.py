"""How many connections one address may hold: with all of them it would keep everybody else out.

A connection takes memory and a descriptor before anything is known of its client but its address.
"""

from collections import Counter
from collections.abc import Sequence

from target_app.execution.http.client_address import Access, site


class ConnectionsPerAddress:
    """Counts connections by address, an IPv6 one by its /64; `most` is 0 for any number.

    `proxies` are CIDR blocks of those that bring many clients, which are not counted.
    """

    def __init__(self, most: int = 0, proxies: Sequence[str] = ()) -> None:
        self._most, self._proxies = most, tuple(proxies)
        self._access: Access | None = None  # made by the worker: it cannot be sent to one
        self._held: Counter[str] = Counter()

    def enter(self, peer: str) -> str | None:
        """Count a connection: under which name, for `leave`, or empty; None for one too many."""
        if not self._most:
            return ""
        if self._access is None:
            self._access = Access((), self._proxies)
        if self._access.is_proxy(peer):
            return ""
        name = site(peer)
        if self._held[name] >= self._most:
            return None
        self._held[name] += 1
        return name

    def leave(self, name: str) -> None:
        """A connection has ended that was counted under `name`."""
        self._held[name] -= 1
        if self._held[name] <= 0:
            del self._held[name]
