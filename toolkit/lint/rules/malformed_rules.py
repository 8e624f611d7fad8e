"""A rule file cannot be read, or Prometheus would refuse a part of it.

Why: Prometheus loads all of a file or nothing of it, and after a failed reload it keeps the
old rules. The new alert is then in the repository and nowhere else.

    - alert: X   { exp: up == 0 }                       # bad: an unknown key, and no expression
    - record: x  { expr: up, for: 5m }                  # bad: a recording has no `for`
    - alert: X   { summary: "{{ $lables.job }}" }       # bad: the template does not parse
    - alert: X   { expr: up == 0 }                      # good

Names in UTF-8, `query_offset` and labels of groups depend on the release of Prometheus, which
`--prometheus-version` says. Keys of Thanos, Mimir, Loki and vmalert are known; `--dialect` says
whose file it is. LogQL and MetricsQL are left unjudged, and an info says so.

Exempt: definitions in Python, which are refused where they are written; YAML files in a
folder that have no `groups`.

Source: https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/#rule
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Show whatever kept a plain rule file from being read."""
    for problem in project.source.problems:
        found = RULE.at(problem.location, "", problem.message, fix=problem.fix)
        yield replace(found, level=problem.level)


RULE = Rule("malformed-rules", Level.ERROR, check)
