"""Which panels changed between two revisions."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.made_up_prometheus import World, dashboard, drawing_options, panel, target
from toolkit.errors import UsageError
from toolkit.preview import revision_diff, run

BEFORE = panel(id=1, title="Events")
CHANGES: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "nothing": (BEFORE, {}),
    "another id and place": (
        panel(id=9, title="Events", gridPos={"x": 12, "y": 4, "w": 6, "h": 3}),
        {},
    ),
    "another query": (panel(title="Events", targets=[target("other")]), {"Events": "changed"}),
    "another type": (panel("stat", title="Events"), {"Events": "changed"}),
    "another title": (panel(title="Doors"), {"Events": "removed", "Doors": "added"}),
}


@pytest.mark.parametrize(("after", "expected"), CHANGES.values(), ids=CHANGES)
def test_changes(after: dict[str, Any], expected: dict[str, str]) -> None:
    assert revision_diff.changes(dashboard(BEFORE), dashboard(after)) == expected


def test_of_two_alike_each_is_its_own() -> None:
    before = dashboard(panel(id=1), panel(id=2))
    after = dashboard(panel(id=1), panel(id=2, targets=[target("other")]))
    assert revision_diff.changes(before, after) == {"Events #2": "changed"}


def test_all_is_added_where_there_was_nothing() -> None:
    assert revision_diff.changes(None, dashboard()) == {"Events": "added"}


def git(folder: Path, *words: str) -> None:
    settings = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *settings, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    inside = [panel(id=5, title="Inside")]
    row = {
        "type": "row",
        "title": "Detail",
        "collapsed": True,
        "panels": inside,
        "id": 4,
        "gridPos": {"x": 0, "y": 8, "w": 24, "h": 1},
    }
    text = json.dumps(dashboard(BEFORE, row))
    (tmp_path / "page.json").write_text(text, encoding="utf-8")
    git(tmp_path, "add", "page.json")
    git(tmp_path, "commit", "-q", "-m", "Draw events")
    return tmp_path


@pytest.mark.programs
def test_both_revisions_are_drawn_and_the_changed_panel_is_marked(repository: Path) -> None:
    model = json.loads((repository / "page.json").read_text(encoding="utf-8"))
    model["panels"][1]["panels"][0]["targets"] = [target("other")]
    subject = run.ChosenDashboard("page", model, "page.json")
    page = run.draw(subject, World(), drawing_options(), revision="HEAD", root=repository)
    assert page.changes == {"Inside": "changed"}
    assert [drawing.data["label"] for drawing in page.drawings] == ["HEAD", "now"]
    for drawing in page.drawings:
        assert [panel["change"] for panel in drawing.panels] == ["", "changed"]
        assert [row["collapsed"] for row in drawing.data["rows"]] == [False, False]


@pytest.mark.programs
def test_a_page_that_is_new_stands_alone_and_all_of_it_is_added(repository: Path) -> None:
    subject = run.ChosenDashboard("new", dashboard(), "new.json")
    page = run.draw(subject, World(), drawing_options(), revision="HEAD", root=repository)
    assert [panel["change"] for panel in page.current.panels] == ["added"]
    assert len(page.drawings) == 1


@pytest.mark.programs
def test_an_unknown_revision_is_refused(repository: Path) -> None:
    subject = run.ChosenDashboard("page", dashboard(), "page.json")
    with pytest.raises(UsageError, match="--against v9: no such revision"):
        run.draw(subject, World(), drawing_options(), revision="v9", root=repository)
