"""Plain rule files for tests of lint rules: one alert or recording, written as YAML."""

from pathlib import Path

from tests.support import project_builder
from toolkit.lint.rule import Rule
from toolkit.lint.user_files_as_project import plain_project
from toolkit.project import Project


def project(
    folder: Path, *rules: str, catalogue: bool = False, prometheus_yml: str = ""
) -> Project:
    """A project of one plain file with these rules, each a YAML mapping as text."""
    lines = (line for rule in rules for line in f"- {rule.strip()}".split("\n"))
    listed = "".join(f"  {line}\n" if line[0] == "-" else f"    {line}\n" for line in lines)
    path = folder / "rules.yml"
    path.write_text(f"groups:\n- name: group\n  rules:\n{listed}", encoding="utf-8")
    server = None
    if prometheus_yml:
        server = folder / "prometheus.yml"
        server.write_text(prometheus_yml, encoding="utf-8")
    return plain_project(project_builder.project() if catalogue else None, [path], server)


def messages(rule: Rule, project: Project) -> list[str]:
    """The messages of what the rule finds, in order."""
    return [finding.message for finding in rule.check(project)]
