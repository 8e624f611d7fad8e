"""What client libraries export about their own process, which their catalogues declare already."""

from collections.abc import Iterable
from dataclasses import dataclass

from toolkit.adopt.discover import Discovered, constants
from toolkit.catalogue import Catalogue
from toolkit.catalogues import go_client, python_client


@dataclass(frozen=True, slots=True)
class ClientLibrary:
    """A client library, and the module that declares what it exports."""

    name: str
    module: str
    catalogue: Catalogue


_LIBRARIES = (
    ClientLibrary("Go's client library", "toolkit.catalogues.go_client", go_client.CATALOGUE),
    ClientLibrary("prometheus-client", "toolkit.catalogues.python_client", python_client.CATALOGUE),
)


@dataclass(frozen=True, slots=True)
class Split:
    """The metrics of a scrape: the service's own, and the constants that a library declares.

    `library` is None where there are none.
    """

    own: tuple[Discovered, ...]
    library: ClientLibrary | None
    declared: tuple[str, ...]

    def without(self) -> str:
        """Which metrics are left out of the service's own, and where they are declared."""
        if self.library is None:
            return ""
        count = f"{len(self.declared)} metric{'s' * (len(self.declared) != 1)}"
        return f"Without {count} of the process by {self.library.name}: {self.library.module}."


def split(found: Iterable[Discovered]) -> Split:
    """Tell a service's own metrics from those that its client library declares alike.

    Names alone do not: `process_orders_total` is a service's own. The help may be another.
    """
    metrics = tuple(found)
    counts = [(sum(_is_of(library, x) for x in metrics), library) for library in _LIBRARIES]
    count, library = max(counts, key=lambda each: each[0])
    if not count:
        return Split(metrics, None, ())
    of_library = [each.metric for each in metrics if _is_of(library, each)]
    own = tuple(each for each in metrics if not _is_of(library, each))
    return Split(own, library, tuple(constants(of_library)))


def _is_of(library: ClientLibrary, found: Discovered) -> bool:
    metric = found.metric
    return any(
        (metric.name, metric.kind) == (known.name, known.kind)
        and {label.name for label in metric.labels} == {label.name for label in known.labels}
        for known in library.catalogue.metrics
    )
