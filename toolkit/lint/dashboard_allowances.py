"""Findings in dashboards of others that their owner accepts, with a reason, in a file of his own.

- rule: panel-without-unit
dashboard: shop            # a uid or a title; left out, every dashboard
panel: Sales               # left out, every panel
reason: It shows a share of shares.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from toolkit.errors import UsageError
from toolkit.findings import Finding, Level, Location
from toolkit.grafana.dashboard_files.found_dashboards import DashboardFolder
from toolkit.unknown_name_did_you_mean import unknown_name

_KEYS = frozenset({"rule", "dashboard", "panel", "reason"})
UNUSED = "unused-allow"
"""The rule that flags an allowance which accepts nothing."""


@dataclass(frozen=True, slots=True)
class DashboardAllowance:
    """One entry of the file."""

    rule: str
    dashboard: str
    panel: str
    reason: str
    location: Location


def read_allowances(path: Path, rules: frozenset[str]) -> tuple[DashboardAllowance, ...]:
    """The entries of a file. Raises UsageError, naming the entry that is wrong."""
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror}.") from None
    except (UnicodeDecodeError, yaml.YAMLError, RecursionError) as error:
        raise UsageError(f"{path}: {error}") from None
    if not isinstance(loaded, list):
        raise UsageError(f"{path}: must be a list.", fix="write entries of rule and reason.")
    return tuple(_entry(each, number, path, rules) for number, each in enumerate(loaded, start=1))


def _entry(each: object, number: int, path: Path, rules: frozenset[str]) -> DashboardAllowance:
    where = f"{path}: entry {number}"
    if not isinstance(each, Mapping):
        raise UsageError(f"{where}: must be a mapping with rule and reason.")
    for key in each:
        if key not in _KEYS:
            raise UsageError(f"{where}: {unknown_name('key', str(key), _KEYS)}")
    name, reason = str(each.get("rule") or ""), str(each.get("reason") or "").strip()
    if name not in rules:
        raise UsageError(f"{where}: {unknown_name('rule', name, rules)}")
    if not reason:
        raise UsageError(f"{where}: has no reason.", fix="say why the finding is accepted.")
    words = (str(each.get("dashboard") or ""), str(each.get("panel") or ""))
    return DashboardAllowance(name, *words, reason, Location(path.as_posix(), 1))


def accepted(
    findings: Iterable[Finding],
    allowances: tuple[DashboardAllowance, ...],
    folder: DashboardFolder,
) -> Iterator[Finding]:
    """The findings, accepted where an entry says so; then each entry that accepts nothing."""
    uids = {each.subject: str(each.model.get("uid") or "") for each in folder.dashboards}
    used: set[int] = set()
    for finding in findings:
        title, _, rest = finding.subject.partition(": ")
        for number, each in enumerate(allowances):
            names = {"", title, uids.get(title, "")}
            is_panel = not each.panel or rest == each.panel or rest.startswith(f"{each.panel}: ")
            if each.rule == finding.rule and each.dashboard in names and is_panel:
                used.add(number)
                finding = replace(finding, allowed=each.reason)  # noqa: PLW2901 - the same, accepted
                break
        yield finding
    for number, each in enumerate(allowances):
        if number not in used:
            yield Finding(
                rule=UNUSED,
                level=Level.WARNING,
                message=f"the allowance {number + 1} of {each.rule} accepts nothing.",
                fix="take it away.",
                location=each.location,
                subject="",
                excerpt="",
                span=None,
                allowed="",
            )
