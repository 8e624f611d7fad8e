"""The V1 and V2 resources say what the classic model says: read back, they are it again."""

from typing import Any

import pytest

from tests.support import small_dashboards
from toolkit.grafana.dashboard_files.file_formats import read_form
from toolkit.grafana.write_v2_resource import KINDS, resource

OF_PANEL = ("id", "type", "title", "options", "fieldConfig", "pluginVersion", "gridPos")


def panels_of(model: dict[str, Any]) -> list[dict[str, Any]]:
    """What each panel is and asks, in reading order; its height on the page left out."""
    found = []
    for panel in small_dashboards.all_panels(model):
        said = {key: panel[key] for key in OF_PANEL}
        said["gridPos"] = {key: panel["gridPos"][key] for key in "xwh"}
        targets = [{**x, "hide": x.get("hide", False)} for x in panel.get("targets", ())]
        changes = [(x["id"], x["options"]) for x in panel.get("transformations", ())]
        found.append(
            {**said, "targets": targets, "changes": changes, "links": panel.get("links", [])}
        )
    return found


def heads_of(model: dict[str, Any]) -> list[tuple[str, bool]]:
    rows = (panel for panel in model["panels"] if panel["type"] == "row")
    return [(row["title"], row["collapsed"]) for row in rows]


@pytest.mark.parametrize("kind", KINDS)
def test_read_back_it_is_the_dashboard_again(kind: str, pages: dict[str, Any]) -> None:
    every = small_dashboards.drawn(small_dashboards.every_view())
    for model in (every, *pages.values()):
        written = resource(model, kind)
        assert (written["kind"], written["metadata"]) == ("Dashboard", {"name": model["uid"]})
        read = read_form(written)
        assert read.form == kind
        assert read.notes == ()
        assert panels_of(read.model) == panels_of(model)
        assert heads_of(read.model) == heads_of(model)
        assert read.model["time"] == model["time"]
        assert [x["name"] for x in read.model["templating"]["list"]] == [
            x["name"] for x in model["templating"]["list"]
        ]
        (_, alerts, *_) = read.model["annotations"]["list"]
        wanted = model["annotations"]["list"][1]
        assert {key: alerts[key] for key in ("expr", "step", "name")} == {
            key: wanted[key] for key in ("expr", "step", "name")
        }


def test_the_versions_are_those_that_grafana_has_stored_since() -> None:
    model = small_dashboards.drawn(small_dashboards.board())
    assert resource(model, "v1")["apiVersion"] == "dashboard.grafana.app/v1beta1"
    assert resource(model, "v2")["apiVersion"] == "dashboard.grafana.app/v2"
    assert "uid" not in resource(model, "v1")["spec"]
