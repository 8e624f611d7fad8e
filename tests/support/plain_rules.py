"""Plain rule files for tests of lint rules: one alert or recording, written as YAML."""

from dataclasses import replace
from pathlib import Path

from tests.support import project_builder
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus import rules as rulesource


def project(folder: Path, *rules: str, catalogue: bool = False) -> Project:
    """A project of one plain file with these rules, each a YAML mapping as text."""
    lines = (line for rule in rules for line in f"- {rule.strip()}".split("\n"))
    listed = "".join(f"  {line}\n" if line[0] == "-" else f"    {line}\n" for line in lines)
    path = folder / "rules.yml"
    path.write_text(f"groups:\n- name: group\n  rules:\n{listed}", encoding="utf-8")
    base = project_builder.project()
    if not catalogue:
        base = replace(base, catalogue=type(base.catalogue)(()))
    return replace(
        base,
        config=replace(base.config, catalogue="x" if catalogue else ""),
        rule_files=(),
        pages=(),
        plain=rulesource.read([path]),
    )


def told(rule: Rule, project: Project) -> list[str]:
    """What the rule says, in order."""
    return [finding.message for finding in rule.check(project)]
