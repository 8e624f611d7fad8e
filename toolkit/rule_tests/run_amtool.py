"""Asks amtool whether the configuration is valid, and which receivers an alert reaches."""

import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from toolkit.alertmanager.write_config import MESSAGE_TEMPLATES, MESSAGES, alertmanager_config
from toolkit.alerts import Alert
from toolkit.errors import UnreachableError
from toolkit.project import Project
from toolkit.routing import Routing
from toolkit.rule_tests.report import RuleTestResult

TIMEOUT_SECONDS = 30


def find() -> str:
    """Where amtool is. Raises UnreachableError when it is not on PATH."""
    path = shutil.which("amtool")
    if path is None:
        raise UnreachableError(
            "amtool is not on PATH, so no route could be tested.",
            fix="install Alertmanager (Debian: apt install prometheus-alertmanager).",
        )
    return path


def check(project: Project, routing: Routing) -> Iterator[RuleTestResult]:
    """Whether amtool takes the configuration, and whether every delivery comes about."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "alertmanager.yml"
        data = alertmanager_config(routing)
        path.write_text(yaml.safe_dump(data, sort_keys=False), "utf-8")
        templates = path.parent / MESSAGES
        templates.parent.mkdir()
        templates.write_text(MESSAGE_TEMPLATES, "utf-8")
        done = _ask("check-config", str(path))
        problem = "" if done.returncode == 0 else (done.stdout + done.stderr).strip()
        fix = (_too_old_for(routing) or "correct ROUTING.") if problem else ""
        yield RuleTestResult("routes", "amtool takes the configuration", problem, fix)
        if problem:
            return
        wanted = {name: d.to for d in routing.deliveries for name in d.alerts}
        named = _matchers(data["route"])
        known: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}
        for alert in project.alerts:
            labels = {"alertname": alert.alertname, **alert.rule_labels}
            # Alerts that no matcher tells apart go the same way, and need not all be asked about.
            decisive = tuple((name, value) for name, value in labels.items() if name in named)
            if decisive not in known:
                known[decisive] = receivers(path, labels)
            yield _delivered(alert, known[decisive], wanted)


def version() -> tuple[int, ...]:
    """The release of amtool, such as (0, 25); (0,) where it does not say."""
    found = re.search(r"version (\d+)\.(\d+)", _ask("--version").stdout)
    return tuple(int(part) for part in found.groups()) if found else (0,)


def _too_old_for(routing: Routing) -> str:
    """What to do where an integration needs a newer release than this amtool is of."""
    ours = version()
    newer = [
        f"receiver {receiver.name!r} needs Alertmanager {each.needs}"
        for receiver in routing.receivers
        for each in receiver.by
        if each.needs and tuple(map(int, each.needs.split("."))) > ours
    ]
    release = ".".join(map(str, ours))
    return f"{', '.join(newer)} and this amtool is {release}: install a newer one." if newer else ""


def _matchers(route: Mapping[str, Any]) -> str:
    """The matchers of a route and of all below it, in one text; an imported one has older keys."""
    own = [route[key] for key in ("matchers", "match", "match_re") if key in route]
    below = map(_matchers, route.get("routes", ()))
    return " ".join([json.dumps(own, ensure_ascii=False), *below])


def _delivered(
    alert: Alert, reached: tuple[str, ...], wanted: Mapping[str, tuple[str, ...]]
) -> RuleTestResult:
    name = f"{alert.name} reaches {', '.join(wanted.get(alert.name, ())) or 'nobody known'}"
    if alert.name not in wanted:
        return RuleTestResult(
            "routes",
            name,
            f"no delivery says whom it must reach; it reaches {', '.join(reached)}.",
            fix=f"add {alert.name!r} to a Delivery of ROUTING.",
        )
    if sorted(reached) != sorted(wanted[alert.name]):
        return RuleTestResult(
            "routes",
            name,
            f"it reaches {', '.join(reached)}.",
            fix="correct the routes, or the delivery if that is what you want.",
        )
    return RuleTestResult("routes", name)


def receivers(path: Path, labels: Mapping[str, str]) -> tuple[str, ...]:
    """The receivers that an alert with these labels reaches, by the configuration at `path`."""
    pairs = [f"{name}={value}" for name, value in labels.items()]
    done = _ask("config", "routes", "test", f"--config.file={path}", *pairs)
    return tuple(name for name in done.stdout.strip().split(",") if name)


def _ask(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [find(), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
