"""A rule file cannot be read, or Prometheus would refuse a part of it.

Why: Prometheus loads all of a file or nothing of it, and after a failed reload it keeps the
old rules. The new alert is then in the repository and nowhere else.

    groups: [{name: a, rules: null}]          # bad
    - alert: X  { exp: up == 0 }              # bad: an unknown key, and no expression
    - alert: X  { expr: up == 0 }             # good

Exempt: definitions in Python, which are refused where they are written; YAML files in a
folder that have no `groups`.

Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/#rule
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Show whatever kept a plain rule file from being read."""
    for problem in project.source.problems:
        yield RULE.at(problem.location, "", problem.message, fix=problem.fix)


RULE = Rule("malformed-rules", Level.ERROR, check)
