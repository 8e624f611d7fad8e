"""An alert on `absent()` is not held, so that a single missed scrape or a restart fires it.

Why: a series is missing while its process restarts, and while Prometheus itself restarts. It
takes two scrapes to tell a gap from an end.

    absent(up{job="execution"})              # bad without `for`, or with `for: 15s`
    absent(up{job="execution"})              # good with `for: 1m`

Exempt: `absent_over_time()`, whose range already waits.

Source: https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
"""

from collections.abc import Iterator

import promql_parser as parser

from toolkit.durations import seconds
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import children, parse


def check(project: Project) -> Iterator[Finding]:
    """Flag alerts on absence whose hold is under two scrapes."""
    least = 2 * (project.server.scrape_seconds or 0)
    for rule in project.rules:
        if not rule.is_alert or not _asks_for_absence(parse(rule.expr)):
            continue
        hold = seconds(rule.hold) if rule.hold and rule.hold != "0" else 0
        if hold == 0 or hold < least:
            yield RULE.at_field(
                rule,
                "for" if rule.hold else "expr",
                f"`absent()` is held for {rule.hold or 'no time'}: one missed scrape fires it.",
                fix=f"hold it for {max(60, least):g}s or longer.",
            )


def _asks_for_absence(node: parser.Expr) -> bool:
    if isinstance(node, parser.Call) and node.func.name == "absent":
        return True
    return any(_asks_for_absence(child) for child in children(node))


RULE = Rule("absent-without-hold", Level.WARNING, check)
