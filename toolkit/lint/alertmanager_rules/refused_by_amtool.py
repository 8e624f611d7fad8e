"""Alertmanager's own checker refuses alertmanager.yml.

Why: `amtool check-config` reads with the server's parser. What it refuses, Alertmanager would not
load. Where amtool is not on PATH, a note says that this was not checked.

    repeat_interval: 4 hours      # bad
    repeat_interval: 4h           # good

Exempt: files that `malformed-alertmanager` already finds fault with; the generated configuration,
which `toolkit test` shows to amtool. Fields of newer releases that the installed amtool does not
know yet are a note.

Source: https://github.com/prometheus/alertmanager#amtool
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace

from toolkit.alertmanager.config_model import AlertmanagerConfig
from toolkit.findings import Finding, Level, Location
from toolkit.lint.rule import Rule
from toolkit.project import Project

_LINE = re.compile(r"line (\d+)")
_UNKNOWN = re.compile(r"field (\w+) not found")
_SAID = re.compile(r"^(?:Checking '.*?'\s+FAILED: |amtool: error: )?(.*)$")


def check(project: Project) -> Iterator[Finding]:
    """One finding for each sentence that amtool has against a file."""
    files = [x for x in project.alertmanager_configs if x.is_file and not x.problems]
    if not files:
        return
    amtool = shutil.which("amtool")
    if amtool is None:
        unknown = RULE.at(
            None,
            "",
            "amtool is not on PATH, so its verdict is not known.",
            fix="install Alertmanager (Debian: apt install prometheus-alertmanager).",
        )
        yield replace(unknown, level=Level.INFO)
        return
    for config in files:
        yield from _refused(amtool, config)


def _refused(amtool: str, config: AlertmanagerConfig) -> Iterator[Finding]:
    done = subprocess.run(
        [amtool, "check-config", config.path],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    if done.returncode == 0:
        return
    for line in done.stdout.splitlines():
        match = _SAID.match(line.strip())
        said = match[1].strip() if match else ""
        if not said or said.endswith("unmarshal errors:") or said.startswith("Found"):
            continue
        number = _LINE.search(said)
        place = Location(config.path, int(number[1]) if number else 1)
        found = RULE.at(
            place,
            "",
            f"{_version(amtool)} says: {said.rstrip('.')}.",
            fix="correct it, or check it with the Alertmanager that you run, if that is newer.",
            allow=config.allowed(place),
        )
        unknown = _UNKNOWN.search(said)
        yield replace(found, level=Level.INFO) if unknown and unknown[1] in _newer() else found


def _version(amtool: str) -> str:
    done = subprocess.run(
        [amtool, "--version"], capture_output=True, text=True, check=False, timeout=60
    )
    found = re.search(r"version (\d[\w.]*)", done.stdout + done.stderr)
    return f"amtool {found[1]}" if found else "amtool"


def _newer() -> frozenset[str]:
    """Keys that an older amtool may not know."""
    from toolkit.alertmanager.secret_fields import SECRETS
    from toolkit.receivers import INTEGRATIONS

    instead = (secret.instead for _, secret in SECRETS)
    return frozenset({"labels", "tracing", "event_recorder", *INTEGRATIONS, *instead})


RULE = Rule("refused-by-amtool", Level.ERROR, check)
