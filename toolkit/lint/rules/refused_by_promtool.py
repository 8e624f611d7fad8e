"""Prometheus' own checker refuses the generated configuration, or a rule file.

Why: promtool reads with the server's parser. What it refuses, Prometheus would not load. Where
promtool is not on PATH, a note says that the generated files were not checked.

    for: 5 minutes      # bad
    for: 5m             # good

Where promtool refuses only what a newer Prometheus takes, an info says so, unless
`--prometheus-version` names the older one.

Exempt: in rule files, what `malformed-rules` says already; files of other programs and of the
Prometheus Operator, which promtool does not read.

Source: https://prometheus.io/docs/prometheus/latest/command-line/promtool/
"""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from toolkit.findings import Finding, Level, Location
from toolkit.formats.yaml_text import yaml_text
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus import promtool_check
from toolkit.prometheus.promtool_check import Sentence
from toolkit.prometheus.rules import PlainRules, Problem


def check(project: Project) -> Iterator[Finding]:
    """One finding for each sentence that promtool has against the generated files."""
    promtool = shutil.which("promtool")
    if project.plain is not None:
        yield from _of_plain_files(project.plain, promtool)
        return
    files = project.source.generated()
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


def _of_plain_files(plain: PlainRules, promtool: str | None) -> Iterator[Finding]:
    """What promtool has against rule files that the user wrote, where nothing else says it."""
    said = promtool_check.check_rules(promtool, plain.files) if promtool else ()
    if said is None:
        unknown = RULE.at(None, "", "promtool does not answer, so its verdict is not known.")
        yield replace(unknown, level=Level.INFO)
        return
    for sentence in said:
        problems = [x for x in plain.problems if x.location.path == sentence.path]
        if any(_is_said(sentence, x) for x in problems):
            continue
        if sentence.is_of_a_flag:
            continue  # `needs-newer-prometheus` says so
        place = Location(sentence.path, sentence.line or 1, sentence.column)
        release = plain.server.release
        if sentence.since is not None and (release is None or release >= sentence.since):
            since = ".".join(map(str, sentence.since))
            message = f"{sentence.needs} needs Prometheus {since}; the promtool here is older."
            found = RULE.at(place, "", message, fix="say --prometheus-version, to be sure.")
            yield replace(found, level=Level.INFO)
        else:
            yield RULE.at(place, "", f"promtool: {sentence.message}.".replace("..", "."))


def _is_said(sentence: Sentence, problem: Problem) -> bool:
    """Whether a problem of the same file is the same, in other words."""
    if problem.location.line == sentence.line:
        return True
    if problem.level is not Level.ERROR:
        return False
    # promtool does not always say where, or only in which rule.
    about = f"{sentence.rule}: "
    return not sentence.line or (bool(sentence.rule) and problem.message.startswith(about))


RULE = Rule("refused-by-promtool", Level.ERROR, check)
