"""Grafana's own SDK reads every dashboard, and writes back all that we wrote.

The SDK is generated from Grafana's schemas: a name that Grafana does not know is lost on
the way, and a value that it takes for something else comes back changed.
"""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from grafana_foundation_sdk.cog import plugins
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard

from tests.support import small_dashboards
from toolkit.dashboards import View

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
}


def read_back(data: dict[str, Any]) -> Any:
    """What the reader makes of `data`, written again."""
    plugins.register_default_plugins()
    return json.loads(json.dumps(dashboard.Dashboard.from_json(data), cls=JSONEncoder))


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


def test_the_reader_loses_nothing_of_the_reference_dashboards(pages: dict[str, Any]) -> None:
    assert [x for data in pages.values() for x in unexpected(data)] == []


def test_the_reader_loses_nothing_of_any_view() -> None:
    data = small_dashboards.drawn(small_dashboards.every_view())
    assert unexpected(data) == []
    types = {item["type"] for item in small_dashboards.all_panels(data)}
    assert types == {*(view.value for view in View), "text"}


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
