"""A route names a time interval that is not there, or no route names one.

Why: Alertmanager refuses the whole file for an unknown name. One that no route names mutes
nothing, which is a warning.

    mute_time_intervals: [weekend]      # bad, where it is named weekends
    mute_time_intervals: [weekends]     # good

Exempt: nothing.

Source: https://prometheus.io/docs/alerting/latest/configuration/#time_interval
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import unknown_name


def check(project: Project) -> Iterator[Finding]:
    """Compare the names that routes use with those that are defined."""
    for config in project.alertmanager_configs:
        known = {interval.name for interval in config.time_intervals}
        used = set()
        for route in config.routes:
            for key in ("mute_time_intervals", "active_time_intervals"):
                given = route.fields.get(key)
                for named in given.items if given else ():
                    used.add(named.text)
                    if named.text not in known:
                        yield RULE.at(
                            named.location,
                            route.subject,
                            unknown_name("time interval", named.text, known),
                            fix="correct the name, or add it to `time_intervals`.",
                            allow=config.allowed(named.location),
                        )
        for interval in config.time_intervals:
            if config.route is not None and interval.name not in used:
                unused = RULE.at(
                    interval.location,
                    interval.name,
                    "no route names this time interval, so it mutes nothing.",
                    fix="name it in a route, or take it away.",
                    allow=config.allowed(interval.location),
                )
                yield replace(unused, level=Level.WARNING)


RULE = Rule("unknown-time-interval", Level.ERROR, check)
