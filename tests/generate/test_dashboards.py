"""One function gives everybody the dashboards, and one writes them."""

import json

import pytest

from tests.support import small_dashboards
from toolkit.dashboards import Row
from toolkit.generate import dashboards
from toolkit.generate.write import Part, render
from toolkit.project import Project

FIRST = small_dashboards.board(uid="first", title="First", see=("second",))
SECOND = small_dashboards.board(
    Row("Détail", (small_dashboards.panel(),)), uid="second", title="Second"
)
PROJECT = small_dashboards.project(FIRST, SECOND)


def test_the_models_are_by_uid_with_their_source_and_their_links() -> None:
    models = dashboards.models(PROJECT)
    assert list(models) == ["first", "second"]
    assert [model["uid"] for model in models.values()] == ["first", "second"]
    assert models["first"]["description"].endswith(
        "Generated from dashboards/first.py: edit that, then run `toolkit build-dashboards`."
    )
    assert [link["url"] for link in models["first"]["links"]] == ["/d/second"]
    assert models["second"]["links"] == []


def test_a_panel_links_to_the_runbooks_of_its_alerts(reference: Project) -> None:
    links = [
        link["title"]
        for model in dashboards.models(reference).values()
        for panel in small_dashboards.all_panels(model)
        for link in panel.get("links", ())
    ]
    assert sorted(links) == sorted(f"Runbook: {alert.name}" for alert in reference.alerts)


def test_a_model_is_what_its_file_says(reference: Project) -> None:
    """Nothing of it is lost or changes its type on the way to a file and back."""
    for model in dashboards.models(reference).values():
        assert json.loads(dashboards.text(model)) == model


def test_the_text_is_sorted_readable_and_ends_with_a_newline() -> None:
    text = dashboards.text(dashboards.models(PROJECT)["second"])
    assert text.startswith('{\n  "annotations": {\n')
    assert "Détail" in text
    assert text.endswith("}\n")
    assert not text.endswith("\n\n")


def test_build_writes_these_models_and_nothing_else() -> None:
    output = render(PROJECT, (Part.DASHBOARDS,))
    assert output.folders == ("dashboards/generated",)
    assert {path: text for path, text in output.texts.items() if path.endswith(".json")} == {
        dashboards.path(PROJECT.config, uid): dashboards.text(model)
        for uid, model in dashboards.models(PROJECT).items()
    }
    assert "dashboards/generated/first.json" in output.texts


@pytest.mark.parametrize("kind", ["v1", "v2"])
def test_every_dashboard_is_a_resource_of_either_kind(reference: Project, kind: str) -> None:
    texts = dashboards.resources(reference, kind)
    assert texts.keys() == {f"{uid}.json" for uid in dashboards.models(reference)}
    for name, text in texts.items():
        assert json.loads(text)["metadata"] == {"name": name.removesuffix(".json")}
        assert text.endswith("}\n")
