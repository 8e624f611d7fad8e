"""What fails in the page is seen in a browser; what was not seen is said to be so."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support import required_programs
from tests.support.made_up_prometheus import HOUR, World, dashboard, drawn, panel, target
from toolkit.preview import chromium, run, screenshots_and_page_errors
from toolkit.preview.run import ChosenDashboard, PreviewPage
from toolkit.preview.screenshots_and_page_errors import SeenPages

NAMES = "none of chromium, chromium-browser, google-chrome is on PATH."


def renamed(number: int, title: str, regex: str, **says: Any) -> dict[str, Any]:
    """A panel whose series are renamed; `(` is no regular expression."""
    options = {"regex": regex, "renamePattern": "x"}
    transformation = {"id": "renameByRegex", "options": options, **says}
    queries = [target("sum by (zone) (x)")]
    return panel(id=number, title=title, targets=queries, transformations=[transformation])


BROKEN = dashboard(
    panel(id=1, title="Refused", targets=[target("refused")]),
    renamed(2, "Renamed", "zone"),
    panel("row", id=3, title="More", collapsed=True, panels=[renamed(4, "Broken", "(")]),
)
PLAIN = dashboard(renamed(1, "Off", "(", disabled=True), panel(id=2))


def page(*models: Mapping[str, Any]) -> PreviewPage:
    world = World()
    world.refused = {"refused": "too many; samples"}
    drawings = tuple(drawn(model, world) for model in models)
    return PreviewPage(ChosenDashboard("events", models[-1], "events.json"), HOUR, drawings, {})


def seen(tmp_path: Path, shown: PreviewPage, *, png: bool = False) -> tuple[SeenPages, list[str]]:
    said: list[str] = []
    path = run.write(shown, tmp_path, "dark")
    return screenshots_and_page_errors.see({path: shown}, said.append, png=png), said


@pytest.fixture
def installed() -> None:
    if not chromium.find():
        required_programs.missing("no Chromium is on PATH")


@pytest.mark.programs
@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("png", [True, False])
def test_a_transformation_that_fails_is_seen_in_a_folded_row_too(
    tmp_path: Path, *, png: bool
) -> None:
    found, said = seen(tmp_path, page(PLAIN, BROKEN), png=png)
    (problem,) = found.problems
    # A query that was refused is known without a browser, and not told twice.
    assert problem.startswith("Broken: Error transforming data: Invalid regular expression")
    assert [path.name for path in found.pictures] == ["events.png"] * png
    assert said == []


def test_a_page_without_transformations_needs_no_browser(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "find", lambda: pytest.fail("it looked for a browser"))
    assert seen(tmp_path, page(PLAIN)) == (SeenPages(), [])


def test_without_a_browser_it_is_said_what_was_not_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromium, "find", lambda: "")
    unseen = (
        f"not seen: whether the transformations of Renamed, Broken fail. They run in the page, "
        f"and {NAMES}"
    )
    assert seen(tmp_path, page(BROKEN)) == (SeenPages(), [unseen])
    no_picture = f"no picture: {NAMES[:-1]}; the HTML shows the same in any browser."
    assert seen(tmp_path, page(BROKEN), png=True) == (SeenPages(), [no_picture, unseen])
    assert seen(tmp_path, page(PLAIN), png=True) == (SeenPages(), [no_picture])


@pytest.mark.programs
def test_a_browser_that_ends_at_once_costs_the_pictures_and_no_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "chromium"
    program.write_text("#!/bin/sh\nexit 7\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(chromium, "find", lambda: str(program))
    found, said = seen(tmp_path, page(BROKEN))
    assert (found, len(said)) == (SeenPages(), 1)
    assert said[0].endswith("in the page, and the browser ended, with status 7.")
    with pytest.raises(chromium.BrowserError, match="status 7"):
        seen(tmp_path, page(BROKEN), png=True)
