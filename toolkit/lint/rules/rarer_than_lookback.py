"""A recording is written more rarely than Prometheus looks back.

Why: Prometheus takes a sample for at most five minutes. A group that is evaluated every ten
writes a series that is there for half of the time: panels have holes, and an alert that is held
never fires.

    - name: slow     { interval: 10m, rules: [{record: a:b:c, …}] }      # bad
    - name: slow     { interval: 2m, rules: [{record: a:b:c, …}] }       # good

In a group of alerts alone it is an info: they fire, but `ALERTS` is there for half of the time.

Exempt: alerts with a `keep_firing_for` of at least the interval; a Prometheus whose look-back is
longer, if it is allowed here.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#staleness
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.durations import seconds
from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.rules import WrittenRule

LOOKBACK_SECONDS = 300.0
"""Prometheus' own `--query.lookback-delta`."""


def check(project: Project) -> Iterator[Finding]:
    """Flag every group that is evaluated too rarely, at its first recording, and who reads it."""
    groups: dict[tuple[str, str], list[WrittenRule]] = {}
    for rule in project.rules:
        if rule.interval and seconds(rule.interval) > LOOKBACK_SECONDS:
            groups.setdefault((rule.file, rule.group), []).append(rule)
    for rules in groups.values():
        recording = next((rule for rule in rules if not rule.is_alert), None)
        if recording is not None:
            yield _of_recording(project, recording)
        else:
            yield from _of_alerts(rules)


def _of_recording(project: Project, rule: WrittenRule) -> Finding:
    readers = sorted(
        other.name
        for other in project.rules
        if other.is_alert and rule in project.recorded.read_by([other.expr])
    )
    then = f"; {', '.join(readers)} may never fire" if readers else ""
    return RULE.at_field(
        rule,
        "record",
        f"`{rule.name}` is written every {rule.interval}, and read for 5m after that, so that "
        f"it is gone in between{then}.",
        fix="evaluate the group at least every 5m.",
    )


def _of_alerts(rules: list[WrittenRule]) -> Iterator[Finding]:
    for rule in rules:
        kept = rule.keep_firing_for
        if not kept or kept == "0" or seconds(kept) < seconds(rule.interval):
            found = RULE.at_field(
                rule,
                "alert",
                f"`{rule.name}` is evaluated every {rule.interval}, and its `ALERTS` are read for "
                "5m after that, so that they are gone in between.",
                fix="evaluate the group at least every 5m, or set keep_firing_for.",
            )
            yield replace(found, level=Level.INFO)
            return


RULE = Rule("rarer-than-lookback", Level.WARNING, check)
