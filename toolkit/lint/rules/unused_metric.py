"""A metric is declared, but no panel shows it and no alert watches it.

Why: the author found it worth measuring, and it costs a series in every scrape, but nobody can
see it. Either it deserves a panel, or it can go.

    Metric("app_events_total", …)                              # bad: charted nowhere
    Query("events", f"rate({EVENTS}[$__rate_interval])")       # good: on a panel
    Metric("app_build_info", …, allow=(Allow("unused-metric",
        reason="joined by hand when comparing releases"),))    # good: waived, with the reason

A recording rule counts when an alert or a panel reads it, directly or through another. The
list of a dashboard variable's values does not count, because it shows no number.

Exempt: foreign metrics, which others export for many; plain rule files, which need not use
everything that a project measures.

Source: https://prometheus.io/docs/practices/instrumentation/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every declared metric none of whose series is read."""
    read = _read(project)
    for metric in project.catalogue.metrics:
        if metric.foreign or not read.isdisjoint(series.name for series in metric.series):
            continue
        yield RULE.at(
            metric.defined,
            metric.name,
            f"`{metric.name}` is on no panel and in no alert.",
            fix="draw it, drop it, or say in allow=(…) why it need not be seen.",
            allow=metric.allow,
        )


def _read(project: Project) -> frozenset[str]:
    """The names of all series that alerts and panels read, through recording rules too."""
    panels = (panel for page in project.pages for panel in page.dashboard.panels)
    texts = [query.expr for panel in panels for query in panel.queries]
    texts += [alert.expr for alert in project.alerts]
    return project.recording_rules.series_read_by(texts)


RULE = Rule("unused-metric", Level.WARNING, check)
