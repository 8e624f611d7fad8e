"""Grafana's own SDK reads every dashboard in every kind, and writes back all that we wrote.

The SDK is generated from Grafana's schemas: a name that Grafana does not know is lost on
the way, and a value that it takes for something else comes back changed. V1 is the classic model
under `spec`, and is read as such. A panel's own options are the same in every kind; the SDK tells
wrong ones in the classic model only.
"""

import json
import re
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder

from tests.support import small_dashboards
from toolkit.dashboard_rows import AutoGrid
from toolkit.dashboards import Row, View
from toolkit.grafana.write_v2_resource import resource

with warnings.catch_warnings():
    # It would rather have everybody write V2.
    warnings.simplefilter("ignore", DeprecationWarning)
    from grafana_foundation_sdk.models import dashboard, dashboardv2

# What the reader itself drops, though Grafana saves it. Each with where Grafana reads it.
DROPPED_BY_THE_READER = {
    # null means: give it a number. The reader leaves out what is null.
    ".id",
    # Prometheus' own options of an annotation, which the common schema does not list. Grafana
    # reads them in packages/grafana-prometheus/src/annotations.ts.
    ".annotations.list[].step",
    ".annotations.list[].tagKeys",
    ".annotations.list[].titleFormat",
    # The text of a query variable as the list of variables shows it, written by
    # public/app/features/dashboard-scene/serialization/sceneVariablesSetToVariables.ts.
    ".templating.list[].definition",
    # A number or a truth value, says packages/grafana-schema/src/common/common.gen.ts; the
    # reader decodes numbers only.
    ".panels[].fieldConfig.defaults.custom.insertNulls",
    ".panels[].fieldConfig.defaults.custom.spanNulls",
    ".panels[].panels[].fieldConfig.defaults.custom.insertNulls",
    ".panels[].panels[].fieldConfig.defaults.custom.spanNulls",
    # The SDK takes a variable's query for a panel's. Grafana's has these two keys:
    # packages/grafana-prometheus/src/types.ts, PromVariableQuery.
    ".variables[].spec.query.spec.qryType",
    ".variables[].spec.query.spec.query",
}


class Written(JSONEncoder):
    """What the SDK writes; its reader of V2 puts a panel's plugin and version into a set each."""

    def default(self, o: Any) -> Any:
        return next(iter(o)) if isinstance(o, set) else super().default(o)


def read_back(data: dict[str, Any]) -> Any:
    """What the reader makes of a classic model or of V2's `spec`, written again."""
    plugins.register_default_plugins()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        reader = dashboardv2.Dashboard if "elements" in data else dashboard.Dashboard
        return json.loads(json.dumps(reader.from_json(data), cls=Written))


def losses(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:
    """Every place where `theirs` lacks or changes what `ours` says; additions are no loss."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for key, value in ours.items():
            if key in theirs:
                yield from losses(value, theirs[key], f"{path}.{key}")
            else:
                yield f"{path}.{key}"
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
            yield from losses(mine, other, f"{path}[{index}]")
    elif ours != theirs or isinstance(ours, bool) != isinstance(theirs, bool):
        yield f"{path} = {ours!r}, read as {theirs!r}"


def unexpected(data: dict[str, Any]) -> list[str]:
    """The losses that are not the reader's own."""
    found = losses(data, read_back(data))
    return [x for x in found if re.sub(r"\[\d+\]", "[]", x) not in DROPPED_BY_THE_READER]


def in_kind(data: dict[str, Any], kind: str) -> dict[str, Any]:
    """The classic model itself, or the `spec` of the resource that says the same."""
    return data if kind == "classic" else resource(data, kind)["spec"]


KINDS = pytest.mark.parametrize("kind", ["classic", "v1", "v2"])


@KINDS
def test_the_reader_loses_nothing_of_the_reference_dashboards(
    kind: str, pages: dict[str, Any]
) -> None:
    assert [x for data in pages.values() for x in unexpected(in_kind(data, kind))] == []


@KINDS
def test_the_reader_loses_nothing_of_any_view(kind: str) -> None:
    data = small_dashboards.drawn(small_dashboards.every_view())
    assert unexpected(in_kind(data, kind)) == []
    types = {item["type"] for item in small_dashboards.all_panels(data)}
    assert types == {*(view.value for view in View), "text"}


def test_the_reader_loses_nothing_of_tabs_grids_and_conditions() -> None:
    rows = (
        Row("One", (small_dashboards.panel(title="A"),), tab="First", shown_if="count(up)"),
        Row("Two", (small_dashboards.panel(title="B"),), tab="First"),
        Row(
            "Three",
            (small_dashboards.panel(title="C"),),
            tab="Second",
            auto_grid=AutoGrid(hide_empty=True),
            shown_if="count(up)",
        ),
    )
    dashboard = small_dashboards.board(*rows)
    spec = resource(small_dashboards.drawn(dashboard), "v2", dashboard)["spec"]
    assert unexpected(spec) == []
    (first, second) = spec["layout"]["spec"]["tabs"]
    first["spec"]["layout"]["spec"]["rows"][0]["spec"]["conditionalRendering"]["spec"]["when"] = "x"
    second["spec"]["layout"]["spec"]["columns"] = 2
    assert unexpected(spec) == [
        ".layout.spec.tabs[0].spec.layout.spec.rows[0].spec.conditionalRendering.spec.when",
        ".layout.spec.tabs[1].spec.layout.spec.columns",
    ]


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "an option that Grafana does not know": (
        lambda panel: panel["options"].update(legendd={}),
        "options.legendd",
    ),
    "a style of another view": (
        lambda panel: panel["fieldConfig"]["defaults"]["custom"].update(cellOptions={}),
        "fieldConfig.defaults.custom.cellOptions",
    ),
    "a key of the panels of Grafana 6": (lambda panel: panel.update(renderer="flot"), "renderer"),
    "a key of the targets of Grafana 6": (
        lambda panel: panel["targets"][0].update(step=10),
        "targets[0].step",
    ),
    "no text where text belongs": (
        lambda panel: panel["fieldConfig"]["defaults"].update(noValue=None),
        "fieldConfig.defaults.noValue",
    ),
}


@pytest.mark.parametrize(("break_it", "lost"), BROKEN.values(), ids=BROKEN)
def test_the_comparison_notices(break_it: Callable[[dict[str, Any]], None], lost: str) -> None:
    data = small_dashboards.drawn(small_dashboards.board())
    break_it(data["panels"][1])
    assert unexpected(data) == [f".panels[1].{lost}"]


BROKEN_V2: dict[str, tuple[Callable[[dict[str, Any]], None], str]] = {
    "a key that V2 does not know": (
        lambda spec: spec["layout"]["spec"]["rows"][0]["spec"].update(collapsed=True),
        ".layout.spec.rows[0].spec.collapsed",
    ),
    "a default that no field has": (
        lambda spec: spec["elements"]["panel-2"]["spec"]["vizConfig"]["spec"]["fieldConfig"][
            "defaults"
        ].update(units="s"),
        ".elements.panel-2.spec.vizConfig.spec.fieldConfig.defaults.units",
    ),
    "a query's key in the wrong place": (
        lambda spec: spec["elements"]["panel-2"]["spec"]["data"]["spec"]["queries"][0].update(
            refId="A"
        ),
        ".elements.panel-2.spec.data.spec.queries[0].refId",
    ),
}


@pytest.mark.parametrize(("break_it", "lost"), BROKEN_V2.values(), ids=BROKEN_V2)
def test_the_comparison_notices_in_v2(
    break_it: Callable[[dict[str, Any]], None], lost: str
) -> None:
    spec = resource(small_dashboards.drawn(small_dashboards.board()), "v2")["spec"]
    assert unexpected(spec) == []
    break_it(spec)
    assert unexpected(spec) == [lost]


def test_what_an_annotations_data_source_reads_stands_where_grafana_puts_it() -> None:
    """In `query.spec` its step would be read by nobody: see Grafana's v1beta1_to_v2alpha1.go."""
    spec = resource(small_dashboards.drawn(small_dashboards.board()), "v2")["spec"]
    _, alerts, deployments = (each["spec"] for each in spec["annotations"])
    assert alerts["legacyOptions"].keys() == {"expr", "step", "tagKeys", "titleFormat"}
    assert alerts["query"]["spec"] == {}
    assert deployments["query"]["spec"]["tags"] == ["deploy"]
    assert "legacyOptions" not in deployments
