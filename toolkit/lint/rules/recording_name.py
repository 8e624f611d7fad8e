"""A recording rule is not named `level:metric:operations`.

Why: the name is all that the reader of a dashboard sees. It says which labels are left, what
was measured, and what was done to it, newest first. The colons say that it is recorded.

    record: orders_rate                                      # bad
    record: exchange:execution_orders:rate5m                 # good

Exempt: an empty first part, as in `:execution_orders:rate5m`, where no label is left.

Source: https://prometheus.io/docs/practices/rules/#recording-rules
"""

import re
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

_NAME = re.compile(r"[a-zA-Z0-9_]*:[a-zA-Z_][a-zA-Z0-9_]*:[a-zA-Z0-9_]+")


def check(project: Project) -> Iterator[Finding]:
    """Flag every recording whose name has not three parts."""
    for rule in project.rules:
        if not rule.is_alert and not _NAME.fullmatch(rule.name):
            yield RULE.at_field(
                rule,
                "record",
                f"`{rule.name}` is not named level:metric:operations.",
                fix="name the labels kept, the metric, then what was done, newest first.",
            )


RULE = Rule("recording-name", Level.INFO, check)
