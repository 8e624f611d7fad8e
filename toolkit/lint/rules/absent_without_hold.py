"""An alert on `absent()` is not held, so that a single missed scrape or a restart fires it.

Why: a series is missing while its process restarts, and after Prometheus itself was down. It
takes two scrapes to tell a gap from an end. `up` is 0, not missing, where a scrape fails; before
the first scrape it is missing too.

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
from toolkit.prometheus.promql_syntax_tree import Node


def check(project: Project) -> Iterator[Finding]:
    """Flag alerts on absence whose hold is under two scrapes."""
    least = 2 * (project.server.scrape_seconds or 0)
    for rule in project.rules:
        asked = list(_asked_for(rule.root)) if rule.is_alert else []
        if not asked:
            continue
        hold = seconds(rule.hold) if rule.hold and rule.hold != "0" else 0
        if hold == 0 or hold < least:
            yield RULE.at_field(
                rule,
                "for" if rule.hold else "expr",
                f"`absent()` is held for {rule.hold or 'no time'}: {_cause(asked)} fires it.",
                fix=f"hold it for {max(60, least):g}s or longer.",
            )


def _asked_for(root: Node) -> Iterator[Node]:
    """The argument of every `absent()`."""
    return (node.below[0] for node in root.all_of(parser.Call) if node.function == "absent")


def _cause(asked: list[Node]) -> str:
    """What is enough to fire. A scrape that fails writes an `up` of 0."""
    only_up = all(
        isinstance(x.expr, parser.VectorSelector) and x.series is not None and x.series.name == "up"
        for x in asked
    )
    return "a start of Prometheus, before its first scrape," if only_up else "one missed scrape"


RULE = Rule("absent-without-hold", Level.WARNING, check)
