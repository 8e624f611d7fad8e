"""Prometheus' own checker refuses the generated configuration or rules.

Why: promtool reads with the server's parser. What it refuses, Prometheus would not load. Where
promtool is not on PATH, a note says that this was not checked.

    for: 5 minutes      # bad
    for: 5m             # good

Exempt: rule files that the toolkit did not generate; `malformed-rules` checks those.

Source: https://prometheus.io/docs/prometheus/latest/command-line/promtool/
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.findings import Finding, Level
from toolkit.formats.yaml_text import yaml_text
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """One finding for each sentence that promtool has against the generated files."""
    files = project.source.generated()
    promtool = shutil.which("promtool")
    if not files:
        return
    if promtool is None:
        unknown = RULE.at(
            None,
            "",
            "promtool is not on PATH, so its verdict is not known.",
            fix="install Prometheus (Debian: apt install prometheus).",
        )
        yield replace(unknown, level=Level.INFO)
        return
    with tempfile.TemporaryDirectory() as folder:
        for path, data in files.items():
            target = Path(folder) / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(yaml_text(data, "the definitions", "toolkit build"), encoding="utf-8")
        config = next(Path(folder).rglob("prometheus.yml"))
        done = subprocess.run(
            [promtool, "check", "config", "--lint=all", "--lint-fatal", str(config)],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    if done.returncode != 0:
        for line in (done.stdout + done.stderr).replace(folder + "/", "").splitlines():
            if line.strip() and "SUCCESS" not in line and not line.startswith("Checking"):
                yield RULE.at(None, "", line.strip())


RULE = Rule("refused-by-promtool", Level.ERROR, check)
