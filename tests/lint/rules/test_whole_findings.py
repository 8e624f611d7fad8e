"""What is told of two files of rules, whole: level, place, subject, words, underlining, way out.

`UPDATE_TRANSCRIPTS=1` writes what was seen.
"""

import os
import shutil
from pathlib import Path

import pytest

from tests.support import project_builder
from toolkit.lint import run
from toolkit.lint.report import Format, render
from toolkit.lint.user_files_as_project import plain_project
from toolkit.project import Project

HERE = Path(__file__).parent
PROMETHEUS = """\
global: {scrape_interval: 15s, external_labels: {site: a}}
storage: {tsdb: {retention: {time: 30d}}}
"""
BASES: dict[str, Project | None] = {
    "plain_rules": None,
    "declared_rules": project_builder.project(),
}


@pytest.mark.parametrize(("name", "base"), BASES.items(), ids=BASES)
def test_every_finding_is_told_as_a_reader_sees_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, base: Project | None
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copy(HERE / f"{name}.yml", "rules.yml")
    Path("prometheus.yml").write_text(PROMETHEUS, encoding="utf-8")
    project = plain_project(base, [Path("rules.yml")], "prometheus.yml", release="2.42")
    # Promtool's words are those of the release that is installed.
    rules = tuple(x for x in run.rules(run.RULES) if x.id != "refused-by-promtool")
    seen = render(run.run(project, rules), (), Format.TEXT)
    written = HERE / f"{name}.txt"
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        written.write_text(seen, encoding="utf-8")
    assert seen == written.read_text(encoding="utf-8")
