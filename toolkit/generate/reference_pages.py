"""What documents repeat of the definitions: written by `toolkit build`, never by hand.

Two things. A table in any page: README.md and the Markdown files below docs/ ask for one with
`<!-- generated: NAME -->` … `<!-- end generated -->`, and what stands between is replaced. And
a page for each lint rule and each check, in the folder that `[tool.toolkit] reference` names.
"""

import ast
import functools
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from toolkit.errors import DefinitionError
from toolkit.find_definitions import scenarios
from toolkit.findings import parsed
from toolkit.formats.tables import markdown_table
from toolkit.lint import predefined_profiles
from toolkit.lint.predefined_profiles import MEANINGS, Profile
from toolkit.lint.rule import Rule
from toolkit.lint.run import rules
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import did_you_mean
from toolkit.validate import watch_run
from toolkit.validate.check import Check
from toolkit.validate.report import TITLES
from toolkit.validate.run_checks import checks

_BLOCK = re.compile(
    r"(?P<start><!-- generated: (?P<name>[a-z-]+) -->\n).*?(?P<end><!-- end generated -->)",
    re.DOTALL,
)
_ADDRESS = re.compile(r"(?<![<(])(https?://[^\s,)]+)")
FOLDERS = ("lint-rules", "checks")
"""Of the reference: they hold generated pages alone."""
MARK = "<!-- Generated from {source}: edit that, then run `toolkit build`. -->\n\n"


def pages(project: Project) -> dict[str, str]:
    """Path → text of every page that has tables, and of the reference where one is wanted.

    Raises DefinitionError for a table that nobody knows.
    """
    found = {}
    for path in sorted(documents(project.config.root)):
        text = path.read_text(encoding="utf-8")
        if _BLOCK.search(text):
            name = path.relative_to(project.config.root).as_posix()
            found[name] = _BLOCK.sub(functools.partial(_block, project, name), text)
    if project.config.reference:
        found |= {f"{project.config.reference}/{name}": text for name, text in _reference(project)}
    return found


def documents(root: Path) -> Iterator[Path]:
    """README.md, and every Markdown file below docs/."""
    if (root / "README.md").is_file():
        yield root / "README.md"
    yield from (root / "docs").rglob("*.md")


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


def _scenarios(project: Project) -> str:
    """The first sentence of every locustfile's docstring: the question that it answers."""
    rows = []
    for name, path in scenarios(project.config).items():
        words = _docstring(path)
        rows.append((f"`{name}`", words.partition("\n\n")[0].replace("\n", " ")))
    return markdown_table(("scenario", "what it sends and asks"), rows)


def _docstring(path: Path) -> str:
    return ast.get_docstring(parsed(path.read_text(encoding="utf-8"))) or ""


def _rules(project: Project) -> str:
    return markdown_table(
        ("rule", "level", "what it flags"),
        [(f"`{rule.id}`", rule.level.value, rule.title) for rule in rules(project.config.lint)],
    )


def _checks(project: Project) -> str:
    return markdown_table(
        ("check", "group", "what it claims", "what to do where it fails"),
        [
            (f"`{check.id}`", str(check.group.value), check.claim, check.fix)
            for check in checks(project.config.validators)
        ],
    )


TABLES: dict[str, Callable[[Project], str]] = {
    "metrics": _metrics,
    "alerts": _alerts,
    "scenarios": _scenarios,
    "lint-rules": _rules,
    "checks": _checks,
}


def _reference(project: Project) -> Iterator[tuple[str, str]]:
    found = rules(project.config.lint)
    linked = [(f"[`{x.id}`](lint-rules/{x.id}.md)", x.level.value, x.title) for x in found]
    yield (
        "lint-rules.md",
        MARK.format(source="the rules' modules")
        + "# Lint rules\n\n`toolkit lint` runs these rules. `toolkit explain RULE` prints a rule's "
        "page on the terminal.\n\n" + markdown_table(("rule", "level", "what it flags"), linked),
    )
    yield (
        "lint-profiles.md",
        MARK.format(source="`toolkit.lint.predefined_profiles`") + _profiles(found),
    )
    for rule in found:
        yield f"lint-rules/{rule.id}.md", _rule_page(rule)
    known = (*checks(project.config.validators), *watch_run.checks())
    yield "checks.md", MARK.format(source="the checks' modules") + _checks_index(known)
    for check in known:
        yield f"checks/{check.id}.md", _check_page(check)


def _profiles(found: tuple[Rule, ...]) -> str:
    """The level of every rule in every profile; a dash where it is the rule's own."""
    chosen = {profile: predefined_profiles.levels(profile, found) for profile in Profile}
    rows = [
        (
            f"[`{rule.id}`](lint-rules/{rule.id}.md)",
            rule.level.value,
            *(chosen[profile].get(rule.id, "–") for profile in Profile),
        )
        for rule in found
    ]
    listed = "".join(f"- `{profile.value}`: {MEANINGS[profile]}.\n" for profile in Profile)
    return (
        "# Profiles of lint rules\n\nA profile is a ready set of levels: `toolkit lint --profile "
        'NAME`, or `profile = "NAME"` in `[tool.toolkit.lint]`. Levels of your own come before it. '
        "A dash is the rule's own level.\n\n"
        + listed
        + "\n"
        + markdown_table(("rule", "own level", *(x.value for x in Profile)), rows)
    )


def _rule_page(rule: Rule) -> str:
    return (
        MARK.format(source=f"`{rule.check.__module__}`")
        + f"# {rule.id}\n\nLevel: {rule.level.value}.\n\n{_linked(rule.explanation)}\n"
    )


def _checks_index(known: tuple[Check, ...]) -> str:
    head = (
        "The result counts eight groups, and a ninth with `--watch`. A group has passed only when "
        "all of its checks have.\n"
    )
    parts = [f"# Checks of `toolkit validate`\n\n{head}"]
    for group in dict.fromkeys(check.group for check in known):
        rows = [
            (f"[`{x.id}`](checks/{x.id}.md)", x.claim, x.fix) for x in known if x.group is group
        ]
        table = markdown_table(("check", "what it claims", "what to do where it fails"), rows)
        parts.append(f"## {group.value} {TITLES[group]}\n\n{table}")
    return "\n".join(parts)


def _check_page(check: Check) -> str:
    return (
        MARK.format(source=f"`{check.run.__module__}`")
        + f"# {check.id}\n\nGroup: {check.group.value} {TITLES[check.group]}.\n\n"
        f"{_linked(check.explanation)}\n\nWhat to do where it fails: {_escaped(check.fix)}\n"
    )


def _linked(text: str) -> str:
    """The text with its addresses as links."""
    return _ADDRESS.sub(r"<\1>", text)


def _escaped(text: str) -> str:
    return text.replace("<", "&lt;")
