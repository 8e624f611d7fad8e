"""Tables in Markdown pages that repeat definitions: written by `toolkit build`, never by hand.

A page asks for a table with `<!-- generated: NAME -->` … `<!-- end generated -->`; what
stands between is replaced.
"""

import functools
import re
from collections.abc import Callable

from toolkit.errors import DefinitionError, did_you_mean
from toolkit.formats.tables import markdown_table
from toolkit.lint import run
from toolkit.project import Project
from toolkit.validate import run as validate

_BLOCK = re.compile(
    r"(?P<start><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end generated -->)",
    re.DOTALL,
)
PAGES = ("README.md",)


def pages(project: Project) -> dict[str, str]:
    """Page → its text with every table brought up to date. Pages without tables are left out.

    Raises DefinitionError for a table that nobody knows.
    """
    found = {}
    for page in PAGES:
        path = project.config.root / page
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if _BLOCK.search(text):
            found[page] = _BLOCK.sub(functools.partial(_block, project, page), text)
    return found


def _block(project: Project, page: str, match: re.Match[str]) -> str:
    table = TABLES.get(match["name"])
    if table is None:
        hint = did_you_mean(match["name"], TABLES)
        raise DefinitionError(f"{page}: unknown table {match['name']!r}{hint}")
    return f"{match['start']}{table(project)}{match['end']}"


def _metrics(project: Project) -> str:
    return markdown_table(
        ("metric", "type", "unit", "labels", "meaning"),
        [
            (
                f"`{metric.name}`",
                metric.kind.value,
                metric.unit.value,
                ", ".join(label.name for label in metric.labels) or "none",
                metric.help,
            )
            for metric in project.catalogue.metrics
        ],
    )


def _alerts(project: Project) -> str:
    return markdown_table(
        ("alert", "severity", "fires after", "what it says"),
        [
            (f"`{alert.name}`", alert.severity.value, alert.hold, alert.summary)
            for alert in project.alerts
        ],
    )


def _rules(project: Project) -> str:
    return markdown_table(
        ("rule", "level", "what it flags"),
        [(f"`{rule.id}`", rule.level.value, rule.title) for rule in run.rules(project.config.lint)],
    )


def _checks(project: Project) -> str:
    return markdown_table(
        ("check", "group", "what it claims", "what to do where it fails"),
        [
            (f"`{check.id}`", str(check.group.value), check.claim, check.fix)
            for check in validate.checks(project.config.validators)
        ],
    )


TABLES: dict[str, Callable[[Project], str]] = {
    "metrics": _metrics,
    "alerts": _alerts,
    "lint-rules": _rules,
    "checks": _checks,
}
