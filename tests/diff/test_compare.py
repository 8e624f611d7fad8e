"""All parts together, series that nobody reads any more, and what is committed."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit import find_definitions
from toolkit.diff.compare import compare
from toolkit.diff.generated_files import GeneratedFiles, of_project, of_revision
from toolkit.diff.report import render
from toolkit.errors import UsageError
from toolkit.generate import write


def files(rule: str, query: str) -> GeneratedFiles:
    panel = {"type": "stat", "title": "A", "targets": [{"expr": query}]}
    groups = ({"name": "g", "rules": [{"record": "r", "expr": rule}]},)
    return GeneratedFiles(groups, {"app": {"panels": [panel]}}, {})


def test_a_series_that_nobody_reads_any_more() -> None:
    found = compare(files("a", "b"), files("a", "sum(c)"))
    assert [str(change) for change in found if change.part.value == "series"] == [
        "b: no rule and no panel reads it any more",
        "c: is read for the first time",
    ]
    moved = compare(files("a", "b"), files("b", "a"))
    assert not [change for change in moved if change.part.value == "series"]


def test_each_form() -> None:
    found = compare(files("a", "b"), files("a > 1", "b"))
    assert render(found, "text") == "recordings\n  r: expression: a -> a > 1\n"
    assert json.loads(render(found, "json"))["changes"] == [
        {
            "part": "recordings",
            "subject": "r",
            "what": "expression",
            "before": "a",
            "after": "a > 1",
        }
    ]
    assert "### Recordings\n" in render(found, "markdown")
    assert "| r | expression | a | a > 1 |" in render(found, "markdown")
    assert (render((), "text"), render((), "markdown")) == (
        "nothing changed\n",
        "Nothing changed.\n",
    )


def commit(root: Path) -> None:
    own = ("-c", "user.name=shop", "-c", "user.email=shop@example.com")
    for words in (("init", "-q"), ("add", "-A"), (*own, "commit", "-q", "-m", "All")):
        subprocess.run(["git", *words], cwd=root, check=True)


@pytest.mark.programs
def test_what_is_committed_is_what_the_definitions_say(shop: WriteProject) -> None:
    root = shop()
    project = find_definitions.load(root)
    write.write(root, write.render(project))
    commit(root)
    assert compare(of_revision(project, "HEAD"), of_project(project)) == ()
    path = root / "shop/dashboards/generated/shop.json"
    path.write_text("{", encoding="utf-8")
    commit(root)
    with pytest.raises(UsageError, match=r"shop\.json at HEAD: is not JSON\."):
        of_revision(project, "HEAD")
    with pytest.raises(UsageError, match="no such revision of the repository"):
        of_revision(project, "nowhere")
