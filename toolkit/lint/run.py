"""Runs lint rules over a project, and sorts what they found by file, line and rule."""

import json
from dataclasses import replace
from pathlib import Path

from toolkit.config.lint_settings import OFF
from toolkit.errors import ConfigurationError, UsageError
from toolkit.find_definitions import named_for_their_file
from toolkit.findings import Finding
from toolkit.lint import predefined_profiles
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import unknown_name

ALERTMANAGER_RULES = ("toolkit.lint.alertmanager_rules",)
DASHBOARD_FILE_RULES = ("toolkit.lint.dashboard_file_rules",)
RULES = (
    "toolkit.lint.rules",
    "toolkit.lint.dashboard_rules",
    *ALERTMANAGER_RULES,
    *DASHBOARD_FILE_RULES,
)
"""The packages of the rules that come with the toolkit, which run where none are configured."""


def rules(packages: tuple[str, ...]) -> tuple[Rule, ...]:
    """The rules of every module in `packages`, by id.

    Raises ConfigurationError for a package that is not there or holds no rules, and
    DefinitionError for a module that is not a rule.
    """
    if "toolkit.lint" in packages:
        wanted = (*RULES, *(package for package in packages if package != "toolkit.lint"))
        raise ConfigurationError(
            "[tool.toolkit] lint: 'toolkit.lint' is not a package of rules any more.",
            fix=f"write lint = {json.dumps(list(dict.fromkeys(wanted)))}.",
        )
    found = named_for_their_file(packages, "RULE", Rule, "lint")
    return tuple(found[name] for name in sorted(found))


def run(
    project: Project, selection: tuple[Rule, ...], only: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Every finding of the rules, by file, line and rule. `only` narrows by rule id."""
    known = {rule.id for rule in selection}
    for name in only:
        if name not in known:
            raise UsageError(unknown_name("rule", name, known))
    settings = project.config.lint_settings
    for name in settings.levels:
        if name not in known:
            raise ConfigurationError(f"lint levels: {unknown_name('rule', name, known)}")
    levels = predefined_profiles.active(settings, selection)
    chosen = tuple(
        rule for rule in selection if (rule.id in only if only else levels[rule.id] != OFF)
    )
    found = [finding for rule in chosen for finding in rule.check(project)]
    # What judges the other rules' findings comes last, and sees only what they found.
    ran = frozenset(rule.id for rule in chosen)
    for rule in chosen:
        if rule.afterwards is not None:
            found += rule.afterwards(project, tuple(found), ran)
    root = project.config.root
    found = [predefined_profiles.levelled(x, settings, selection) for x in found]
    return tuple(sorted((_seen_from(root, finding) for finding in found), key=_order))


def _seen_from(root: Path, finding: Finding) -> Finding:
    if finding.location is None:
        return finding
    edits = tuple(
        replace(
            edit,
            start=edit.start and edit.start.relative_to(root),
            end=edit.end and edit.end.relative_to(root),
        )
        for edit in finding.edits
    )
    return replace(finding, location=finding.location.relative_to(root), edits=edits)


def _order(finding: Finding) -> tuple[str, int, str, str, tuple[int, int]]:
    place = finding.location
    return (
        place.path if place else "",
        place.line if place else 0,
        finding.rule,
        finding.subject,
        finding.span or (0, 0),
    )
