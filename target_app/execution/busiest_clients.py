"""The busiest clients by name, everyone else as `other`: a bounded label for an unbounded set."""

from collections.abc import Callable

from target_app.metric_labels import OTHER

# Clients whose requests are counted while they are not (yet) named, before all counts halve.
_WATCHED = 2000
# How much busier than the quietest named client a newcomer must be to take its place.
# Two keeps equals from swapping places for ever, which would restart their series.
_LEAD = 2


class BusiestClients:
    """Names up to `keep` clients. `dropped(client)` is called when one loses its name.

    Counts halve when too many clients are watched, so that old traffic fades.
    """

    def __init__(
        self,
        keep: int,
        *,
        replace: bool = True,
        dropped: Callable[[str], None] = lambda _client: None,
    ) -> None:
        self._keep, self._replace, self._dropped = keep, replace, dropped
        self._named: set[str] = set()
        self._counts: dict[str, int] = {}

    def name(self, client: str) -> str:
        """Count a request of `client`; its label value."""
        count = self._counts.get(client, 0) + 1
        self._counts[client] = count
        if client in self._named:
            return client
        if len(self._named) < self._keep:
            self._named.add(client)
            return client
        if len(self._counts) > _WATCHED + self._keep:
            self._fade()
        # Looking for the quietest is expensive, so only at each doubling.
        if self._replace and count >= _LEAD and count & (count - 1) == 0:
            quietest = min(self._named, key=self._count)
            if count >= _LEAD * self._count(quietest):
                self._named.remove(quietest)
                self._named.add(client)
                self._dropped(quietest)
                return client
        return OTHER

    def _count(self, client: str) -> int:
        return self._counts.get(client, 0)

    def _fade(self) -> None:
        halves = {client: count // 2 for client, count in self._counts.items()}
        self._counts = {client: count for client, count in halves.items() if count}
