"""A recording is written more rarely than Prometheus looks back.

Why: Prometheus takes a sample for at most five minutes. A group that is evaluated every ten
writes a series that is there for half of the time: panels have holes, and an alert that is held
never fires.

    - name: slow     { interval: 10m, rules: [{record: a:b:c, …}] }      # bad
    - name: slow     { interval: 2m, rules: [{record: a:b:c, …}] }       # good

Exempt: groups without recordings; a Prometheus whose look-back is longer, if it is allowed here.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
"""

from collections.abc import Iterator

from toolkit.durations import seconds
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project

LOOKBACK_SECONDS = 300.0
"""Prometheus' own `--query.lookback-delta`."""


def check(project: Project) -> Iterator[Finding]:
    """Flag the first recording of every group that is evaluated too rarely, and who reads it."""
    told = set()
    for rule in project.rules:
        if rule.is_alert or not rule.interval or seconds(rule.interval) <= LOOKBACK_SECONDS:
            continue
        if (rule.file, rule.group) in told:
            continue
        told.add((rule.file, rule.group))
        readers = sorted(
            other.name
            for other in project.rules
            if other.is_alert and rule in project.recorded.read_by([other.expr])
        )
        then = f"; {', '.join(readers)} may never fire" if readers else ""
        yield RULE.at_field(
            rule,
            "record",
            f"`{rule.name}` is written every {rule.interval}, and read for 5m after that, so that "
            f"it is gone in between{then}.",
            fix="evaluate the group at least every 5m.",
        )


RULE = Rule("rarer-than-lookback", Level.WARNING, check)
