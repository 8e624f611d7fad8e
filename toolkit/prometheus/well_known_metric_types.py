"""The kinds of metrics that everybody knows, where no catalogue of the project's own says them.

They are those of `toolkit.catalogues`, which are read once one of their names comes up.
"""

import functools
import importlib
from collections.abc import Mapping

from toolkit.catalogue import Kind
from toolkit.prometheus.label_flow.series_labels import SCRAPE_SERIES

_CATALOGUES = {
    "alertmanager_": "alertmanager",
    "go_": "go_client",
    "node_": "node_exporter",
    "process_": "go_client",
    "prometheus_": "prometheus",
    "promhttp_": "go_client",
    "python_": "python_client",
    "redis_": "redis_exporter",
}
"""By the beginning of a name, the module of `toolkit.catalogues` that may have it."""


def kind_of(name: str) -> Kind | None:
    """The kind of a series of that name; None where nobody knows it."""
    if name in SCRAPE_SERIES:
        return Kind.GAUGE
    for beginning, module in _CATALOGUES.items():
        if name.startswith(beginning):
            return _kinds(module).get(name)
    return None


@functools.cache
def _kinds(module: str) -> Mapping[str, Kind]:
    catalogue = importlib.import_module(f"toolkit.catalogues.{module}").CATALOGUE
    return {name: series.kind for name, series in catalogue.series.items()}
