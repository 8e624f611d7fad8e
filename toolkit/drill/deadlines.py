"""How long an alert should take to fire, at most, from what its rules say.

The cause shows, a scrape sees it, every window up the chain of recordings fills, each link is
evaluated, the hold passes. An expression is often true before its windows are full, so a
drill measures less; more means that a rule, or the machine, is slower than it says.
"""

from dataclasses import dataclass

from toolkit.alerts import Alert, Recording
from toolkit.causes import Fault
from toolkit.drill.compression import Compression
from toolkit.durations import seconds
from toolkit.project import Project
from toolkit.promql import Selector, selectors


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """How fast time runs on one stack, and how often its rules are evaluated."""

    project: Project
    compression: Compression
    every_seconds: float | None = None  # for all groups alike, as in compressed time

    def to_fire(self, alert: Alert) -> float:
        """Seconds from the cause to firing, at most."""
        cause = alert.fired_by
        shows = cause.takes_seconds if isinstance(cause, Fault) else 0.0
        every = self.evaluated(alert)
        hold = self.compression.hold_seconds(seconds(alert.hold))
        held = hold + every if hold else 0.0
        return shows + self.compression.scrape_seconds + self.fill(alert.expr) + every + held

    def to_end(self, alert: Alert) -> float:
        """Seconds from the end of the cause to the end of the alert, at most."""
        keep = self.compression.hold_seconds(seconds(alert.keep_firing_for))
        every = self.evaluated(alert)
        return self.compression.scrape_seconds + self.fill(alert.expr) + 2 * every + keep

    def fill(self, expr: str) -> float:
        """Seconds until the windows of `expr`, and of what it reads, hold nothing older."""
        return max(map(self._filled, selectors(expr)), default=0.0)

    def evaluated(self, rule: Alert | Recording) -> float:
        """How often the rule's group is evaluated, in seconds."""
        if self.every_seconds is not None:
            return self.every_seconds
        for file in self.project.rule_files:
            for group in file.groups:
                if rule in (*group.alerts, *group.recordings):
                    return seconds(group.interval or self.project.config.scrape_interval)
        return seconds(self.project.config.scrape_interval)

    def _filled(self, selector: Selector) -> float:
        real = selector.range_seconds
        own = self.compression.range_seconds(real) if real is not None else 0.0
        recorded = self.project.recording_rules.selected_by(selector.name, selector.matches)
        return own + max(
            (self.fill(rule.expr) + self.evaluated(rule) for rule in recorded), default=0.0
        )


def uncompressed(project: Project) -> Clock:
    """Time as it is where the project's rules are loaded unchanged."""
    scrape = seconds(project.config.scrape_interval)
    return Clock(project=project, compression=Compression(factor=1, scrape_seconds=scrape))
