"""Which data source a panel, a query or a variable asks, where it is not Prometheus."""

from collections.abc import Mapping
from typing import Any

from toolkit.grafana.dashboard_files.export_inputs import SHARED
from toolkit.grafana.data_source_choice import is_prometheus
from toolkit.grafana.variable_interpolation import Choice

_GRAFANA = frozenset({"grafana", "-- Grafana --"})
_MIXED = "-- Mixed --"


def other_source(datasource: Any, choices: Mapping[str, Choice]) -> str:
    """The kind of a data source that is not Prometheus; empty for Prometheus, or not said.

    Grafana writes it as an object with `type`, before release 8.3 as a name or a variable.
    """
    if isinstance(datasource, Mapping):
        uid = str(datasource.get("uid") or "")
        kind = str(datasource.get("type") or "")
        if uid in {SHARED, *_GRAFANA}:
            return _named(uid)
        if not kind or kind.startswith("$"):
            return _of_variable(uid, choices)
        return "" if is_prometheus(kind) or kind == "mixed" or uid == _MIXED else kind
    name = str(datasource or "")
    return _named(name) if name in {SHARED, *_GRAFANA} else _of_variable(name, choices)


def source_uid(datasource: Any, choices: Mapping[str, Choice]) -> str:
    """The uid or name of a data source; empty where it is the default, or a variable chooses it.

    Here a variable of data sources has one value, its kind.
    """
    uid = datasource.get("uid") if isinstance(datasource, Mapping) else datasource
    text = str(uid or "")
    known = text.strip("${}[]") in choices or text in {"default", _MIXED}
    return "" if known else text


def _named(uid: str) -> str:
    return "another panel" if uid == SHARED else "grafana"


def _of_variable(text: str, choices: Mapping[str, Choice]) -> str:
    """The kind that a variable of data sources lists; empty where the text is none."""
    name = text.strip("${}[]")
    if text.startswith(("$", "[[")) and name in choices and choices[name].values:
        kind = choices[name].values[0]
        return "" if is_prometheus(kind) else kind
    return ""
