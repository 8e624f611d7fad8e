"""An alertmanager.yml cannot be read, or Alertmanager would refuse a part of it.

Why: after a failed reload Alertmanager keeps the old configuration, so that the new route is in
the repository and nowhere else; with a restart it does not start at all. A key that is given
twice is refused too, and in other readers of YAML the last one wins without a word.

    routes: [{reciever: team-db}]         # bad: an unknown key
    - matchers: 'team="db"'               # bad: a text where a list is meant
    - matchers: ['team="db"']             # good

Exempt: what a newer Alertmanager knows and this toolkit does not is reported all the same; allow
it with a comment on the line: `# allow malformed-alertmanager: since 0.36`.

Source: https://prometheus.io/docs/alerting/latest/configuration/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Show whatever kept a part of a configuration from being read."""
    for config in project.alertmanager_configs:
        for problem in config.problems:
            yield RULE.at(
                problem.location,
                "",
                problem.message,
                fix=problem.fix,
                allow=config.allowed(problem.location),
            )


RULE = Rule("malformed-alertmanager", Level.ERROR, check)
