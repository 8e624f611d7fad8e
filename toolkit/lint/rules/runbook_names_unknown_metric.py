"""A runbook tells its reader to look at a metric that does not exist.

Why: the runbook is read once, at night. `execution_webhook_request_total`, without its s,
returns nothing, and nothing looks like good news.

    response="1. Read `execution_order_failure_total` by reason."      # bad
    response="1. Read `execution_order_failures_total` by reason."     # good

Checks the words in backticks that begin like a declared metric.

Exempt: projects that declare no metric; plain rule files, whose runbooks are not known.

Source: https://sre.google/workbook/on-call/#playbooks
"""

import re
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import did_you_mean

PROSE = ("summary", "description", "impact", "response", "because")
_QUOTED = re.compile(r"`([a-z][a-z0-9_:]*_[a-z0-9_:]+)`")


def check(project: Project) -> Iterator[Finding]:
    """Flag every quoted name that begins like a declared metric and is not one."""
    metrics = {metric.name for metric in project.catalogue.metrics}
    known = metrics | project.series.keys() | project.recorded.names
    like_ours = tuple({name.partition("_")[0] + "_" for name in metrics})
    for alert in project.alerts:
        for field in PROSE:
            for name in _QUOTED.findall(getattr(alert, field)):
                if name in known or not name.startswith(like_ours):
                    continue
                yield RULE.at(
                    alert.defined.argument(field),
                    f"{alert.name}.{field}",
                    f"`{name}` is not a metric{did_you_mean(name, _near(name, known))}",
                    fix="correct the name.",
                    allow=alert.allow,
                )


def _near(name: str, known: set[str]) -> list[str]:
    words = set(name.split("_"))
    return sorted(known, key=lambda other: -len(words & set(other.split("_"))))[:3]


RULE = Rule("runbook-names-unknown-metric", Level.ERROR, check)
