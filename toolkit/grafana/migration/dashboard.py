"""A dashboard of any classic schema → the same of today's, as Grafana does on opening it.

Only what changes the look or the questions: rows of before schema 16, copies that `repeat` made and
that were saved with it, panel types that are gone, queries without letters, thresholds without a
base, names of transformations.
Source: the changes of each schemaVersion in https://github.com/grafana/grafana
(public/app/features/dashboard/state/DashboardMigrator.ts), as facts.
"""

import copy
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from toolkit.grafana.migration import field_config, graph, heatmap, single_values, table, text
from toolkit.grafana.migration.rows import panels_of_rows
from toolkit.grafana.write_panel_options import ref_id

Json = dict[str, Any]

_TYPES: Mapping[str, Callable[[Json], None]] = {
    "graph": graph.migrate,
    "singlestat": single_values.migrate_singlestat,
    "grafana-singlestat-panel": single_values.migrate_singlestat,
    "grafana-piechart-panel": single_values.migrate_pie,
    "stat": single_values.migrate_field_options,
    "gauge": single_values.migrate_field_options,
    "bargauge": single_values.migrate_field_options,
    "table-old": table.migrate_old,
    "table": table.migrate,
    "heatmap": heatmap.migrate,
    "text": text.migrate,
}
# Names that Grafana still takes for another transformation.
_TRANSFORMATIONS = {"seriesToColumns": "joinByField", "timeSeriesToRows": "seriesToRows"}


def migrated(model: Mapping[str, Any]) -> Json:
    """A dashboard of today's schema. `model` stays as it is; what is not known stays in it."""
    made: Json = copy.deepcopy(dict(model))
    if made.get("rows") and not made.get("panels"):
        made["panels"] = panels_of_rows(made.pop("rows"))
    _drop_copies(made)
    for panel in all_panels(made):
        migrate_panel(panel)
    return made


# On copies alone. Old releases saved them beside what repeats, and all leave them out on opening.
_COPIED_FROM = ("repeatPanelId", "repeatedByRow")


def _drop_copies(holder: Json) -> None:
    """Leave out panels that `repeat` made, here and in folded rows: they are made again."""
    if isinstance(holder.get("panels"), list):
        holder["panels"] = [
            panel for panel in holder["panels"] if not any(panel.get(key) for key in _COPIED_FROM)
        ]
        for panel in holder["panels"]:
            _drop_copies(panel)


def all_panels(model: Mapping[str, Any]) -> Iterator[Json]:
    """Every panel of a dashboard of today's schema, rows and those below folded ones included."""
    for panel in model.get("panels") or []:
        yield panel
        yield from panel.get("panels") or []


def migrate_panel(panel: Json) -> None:
    """Bring one panel up to date."""
    change = _TYPES.get(str(panel.get("type") or ""))
    if change is not None:
        change(panel)
    _letter(panel.get("targets") or [])
    for each in panel.get("transformations") or []:
        each["id"] = _TRANSFORMATIONS.get(str(each.get("id")), each.get("id"))
    points = panel.get("maxDataPoints")
    if isinstance(points, str):
        panel["maxDataPoints"] = float(points) if points.strip().isdecimal() else None
    field_config.migrate(panel)


def _letter(targets: list[Json]) -> None:
    """Give each query without a letter the first that is free."""
    taken = {target.get("refId") for target in targets}
    number = 0
    for target in targets:
        if not target.get("refId"):
            while ref_id(number) in taken:
                number += 1
            target["refId"] = ref_id(number)
            taken.add(target["refId"])
