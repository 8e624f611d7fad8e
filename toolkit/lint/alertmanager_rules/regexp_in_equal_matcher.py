"""A matcher compares with `=` or `!=` what is written as a regular expression.

Why: `=` takes the value letter by letter, so that `severity="critical|warning"` matches no alert
that exists, and `!=` matches all.

    matchers: ['severity="critical|warning"']       # bad
    matchers: ['severity=~"critical|warning"']      # good

Exempt: values with a dot alone, such as host names.

Source: https://prometheus.io/docs/alerting/latest/configuration/#label-matchers
"""

import re
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_REGEXP = re.compile(r"\.[*+]|\w\|\w|^\^|\w\$$|\[[^\]]+-[^\]]+\]|^\(.*\)$")


def check(project: Project) -> Iterator[Finding]:
    """Flag values of `=` and `!=` that are plainly regular expressions."""
    for config in project.alertmanager_configs:
        asked = [(x.subject, x.matchers) for x in config.routes]
        asked += [(x.subject, (*x.sources, *x.targets)) for x in config.inhibitions]
        for subject, matchers in asked:
            for matcher in matchers:
                if matcher.op in {"=", "!="} and _REGEXP.search(matcher.value):
                    op = {"=": "=~", "!=": "!~"}[matcher.op]
                    yield RULE.at(
                        matcher.location,
                        subject,
                        f"`{matcher}` compares letter by letter with a regular expression.",
                        fix=f'write `{matcher.name}{op}"{matcher.value}"`.',
                        allow=config.allowed(matcher.location),
                    )


RULE = Rule("regexp-in-equal-matcher", Level.WARNING, check)
