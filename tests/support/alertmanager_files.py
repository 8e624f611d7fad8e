"""alertmanager.yml for tests: a text in a file, and what a lint rule finds in it."""

from pathlib import Path
from textwrap import dedent, indent

from toolkit.findings import Finding
from toolkit.lint.rule import Rule
from toolkit.lint.user_files_as_project import plain_project
from toolkit.project import Project


def project(folder: Path, text: str) -> Project:
    """A project of one alertmanager.yml with this text."""
    path = folder / "alertmanager.yml"
    path.write_text(dedent(text), encoding="utf-8")
    return plain_project(None, [path], None)


def routed(*routes: str, receivers: tuple[str, ...] = ("desk",), more: str = "") -> str:
    """A whole file: a root that notifies desk, and below it these routes, each as YAML."""
    below = "".join(f"    - {indent(dedent(x).strip(), '      ').strip()}\n" for x in routes)
    names = "".join(f"  - name: {name}\n" for name in receivers)
    return (
        "route:\n  receiver: desk\n  group_by: [alertname]\n"
        + (f"  routes:\n{below}" if below else "")
        + f"receivers:\n{names}"
        + dedent(more)
    )


def inhibiting(*rules: str) -> str:
    """A whole file with these inhibitions, each as YAML."""
    below = "".join(f"  - {indent(dedent(x).strip(), '    ').strip()}\n" for x in rules)
    return routed(more=f"inhibit_rules:\n{below}")


def findings(rule: Rule, folder: Path, text: str) -> list[Finding]:
    """What the rule finds in the text, in order."""
    return list(rule.check(project(folder, text)))


def messages(rule: Rule, folder: Path, text: str) -> list[str]:
    """Line, column and message of each of these findings."""
    found = findings(rule, folder, text)
    return [f"{x.location.line}:{x.location.column} {x.message}" for x in found if x.location]
