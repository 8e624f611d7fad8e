"""What we write is in Grafana's published schemas, field by field, and from which release on.

`published_schema.json` was read off the types of @grafana/schema 10.4.0, 11.0.0, 11.3.0, 11.6.0,
12.0.0, 12.4.0 and 13.2.2: by type, each field with the first of these releases that has it and
the last, null where 13.2.2 still has it. A field in brackets is one of a list's items.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support import small_dashboards
from toolkit.dashboards import View

SCHEMA: dict[str, dict[str, list[str | None]]] = json.loads(
    (Path(__file__).parent / "published_schema.json").read_text(encoding="utf-8")
)
OLDEST = "10.4.0"

# What we write though a release that we are for lacks it. It is not read there, and its panel's
# migration takes it along: Grafana 12.4 moves a table's footer into the columns.
NOT_IN_EVERY_RELEASE = {
    ("stat options", "percentChangeColorMode"): ("11.3.0", None),
    ("bargauge options", "legend"): ("11.3.0", None),
    ("timeseries options", "tooltip.hideZeros"): ("11.6.0", None),
    ("histogram options", "tooltip.hideZeros"): ("11.6.0", None),
    ("piechart options", "tooltip.hideZeros"): ("11.6.0", None),
    ("state-timeline options", "tooltip.hideZeros"): ("11.6.0", None),
    ("state-timeline custom", "axisPlacement"): ("11.6.0", None),
    ("timeseries custom", "insertNulls"): ("11.3.0", None),
    ("histogram custom", "stacking"): ("11.0.0", None),
    ("table options", "footer"): ("10.4.0", "12.0.0"),
}
# Grafana's own types leave these to plugins, or keep them in the component's defaults.
NOT_PUBLISHED = {
    # packages/grafana-data/src/types/panel.ts: the display of state timelines is not theirs alone.
    ("state-timeline custom", "insertNulls"),
    ("state-timeline custom", "spanNulls"),
    # public/app/plugins/datasource: an annotation's query is its data source's.
    ("dashboard AnnotationQuery", "expr"),
    ("dashboard AnnotationQuery", "step"),
    ("dashboard AnnotationQuery", "tagKeys"),
    ("dashboard AnnotationQuery", "titleFormat"),
    # The text of a query variable in the list of variables.
    ("dashboard VariableModel", "definition"),
}


def fields(part: Any, prefix: str = "") -> Iterator[str]:
    """The path of every field of `part`; of a list of mappings, those of its items."""
    if isinstance(part, list):
        for each in part:
            yield from fields(each, prefix)
    elif isinstance(part, dict):
        for key, value in part.items():
            inner = f"{prefix}{key}"
            yield inner
            yield from fields(value, f"{inner}[]." if isinstance(value, list) else f"{inner}.")


def written(data: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field of a dashboard, with the type of the schema that it belongs to."""
    for panel in small_dashboards.all_panels(data):
        yield from of_panel(panel)
    rows = [item for item in data["panels"] if item["type"] == "row"]
    for name, items in (
        ("Dashboard", [data]),
        ("RowPanel", rows),
        ("AnnotationQuery", data["annotations"]["list"]),
        ("VariableModel", data["templating"]["list"]),
        ("DashboardLink", data["links"]),
    ):
        yield from ((f"dashboard {name}", key) for each in items for key in each)


def of_panel(panel: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every field of a panel."""
    defaults = panel["fieldConfig"]["defaults"]
    yield from ((f"{panel['type']} options", path) for path in fields(panel["options"]))
    yield from ((f"{panel['type']} custom", path) for path in fields(defaults.get("custom", {})))
    yield from (("dashboard FieldConfig", key) for key in defaults)
    yield from (("dashboard Panel", key) for key in panel)


def unpublished(data: dict[str, Any]) -> set[tuple[str, str]]:
    """The fields that no release, or not every release, has under the type that we use."""
    found = set()
    for kind, path in set(written(data)):
        table = SCHEMA.get(kind, {})
        # A field may be open-ended: what stands below it is then not of the schema.
        known = path if path in table else path.rpartition(".")[0]
        is_open = known in table and not any(each.startswith(f"{known}.") for each in table)
        in_every_release = table[path] == [OLDEST, None] if path in table else is_open
        if not in_every_release:
            found.add((kind, path))
    return found


def expected(found: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Those of `found` that are explained above, by themselves or by a field above them."""
    return {
        (kind, path)
        for kind, path in found
        if (kind, path) in NOT_PUBLISHED
        or any(
            kind == other and (path == top or path.startswith(f"{top}."))
            for other, top in NOT_IN_EVERY_RELEASE
        )
    }


def test_every_field_of_every_view_is_published() -> None:
    found = unpublished(small_dashboards.drawn(small_dashboards.every_view()))
    assert found - expected(found) == set()


def test_every_field_of_the_reference_dashboards_is_published(pages: dict[str, Any]) -> None:
    for data in pages.values():
        found = unpublished(data)
        assert found - expected(found) == set()


@pytest.mark.parametrize(("place", "releases"), NOT_IN_EVERY_RELEASE.items(), ids=str)
def test_a_field_is_there_from_the_release_on_that_is_said(
    place: tuple[str, str], releases: tuple[str, str | None]
) -> None:
    kind, path = place
    assert SCHEMA[kind][path] == list(releases)


def test_every_view_has_its_schema() -> None:
    assert {f"{view.value} options" for view in View} <= SCHEMA.keys()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"options": {"legendd": {}}}, ("timeseries options", "legendd")),
        ({"rendererr": "flot"}, ("dashboard Panel", "rendererr")),
    ],
    ids=["an option", "a key of the panel"],
)
def test_a_field_that_grafana_does_not_have_is_noticed(
    change: dict[str, Any], found: tuple[str, str]
) -> None:
    data = small_dashboards.drawn(small_dashboards.board())
    panel = data["panels"][1]
    for key, value in change.items():
        panel[key] = {**panel[key], **value} if isinstance(value, dict) else value
    assert found in unpublished(data)
