"""An expression names a series that is not declared, recorded or scraped.

Why: Prometheus accepts it and returns nothing, for ever. The panel says "No data", and the
alert stays inactive, which is exactly what a healthy alert looks like.

    rate(execution_webhook_request_total[5m])      # bad: request, without s
    rate(execution_webhook_requests_total[5m])     # good

    execution_webhook_requests_total{job="session"}    # bad: another service exports it

Each selector is judged by the catalogues of all services, and where it names a job, by those of
the services that it selects.

Exempt: what Prometheus writes itself (`up`, `scrape_…`, `ALERTS`); recording rules; the
servers' own metrics (`prometheus_…`, `alertmanager_…`); in plain rule files, names that do not
begin like a declared metric.

Source: https://prometheus.io/docs/practices/naming/
"""

import difflib
from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.label_flow.series_labels import SCRAPE_SERIES

WRITTEN_BY_SERVERS = ("ALERTS", "ALERTS_FOR_STATE", "prometheus_", "alertmanager_")


def check(project: Project) -> Iterator[Finding]:
    """Flag every selector whose series is not known."""
    yield from _of_other_jobs(project)
    known = {*project.series, *project.recorded.names, *SCRAPE_SERIES}
    # Where the rules may be about any system, only names like the declared ones are judged.
    like_ours = {name.partition("_")[0] + "_" for name in project.series}
    judged = ("",) if project.server.jobs else tuple(like_ours)
    for expression in project.expressions():
        for selector in expression.selectors:
            name = selector.name
            if not name or name in known or name.startswith(WRITTEN_BY_SERVERS):
                continue
            if not name.startswith(judged):
                continue
            near = difflib.get_close_matches(name, known, n=1)
            guess = f"did you mean `{near[0]}`?" if near else "no declared name is like it."
            yield RULE.at_span(
                expression,
                selector.span,
                f"`{name}` is not declared; {guess}",
                fix="correct the name, or declare the metric in the catalogue.",
            )


def _of_other_jobs(project: Project) -> Iterator[Finding]:
    """Flag declared series that no job exports for which the selector asks."""
    if not project.server.jobs:
        return
    for expression in project.expressions():
        for selector in expression.selectors:
            asked = [match for match in selector.matches if match.label == "job"]
            exporting = sorted(
                job
                for job, names in project.exported_by.items()
                if names and selector.name in names
            )
            possible = {  # what a job exports that nobody declares may be anything
                job
                for job, names in project.exported_by.items()
                if names is None or selector.name in names
            }
            if not asked or not exporting or selector.name in project.recorded.names:
                continue
            if not any(all(match.selects(job) for match in asked) for job in possible):
                wanted = ", ".join(f'job{match.operator}"{match.text}"' for match in asked)
                yield RULE.at_span(
                    expression,
                    selector.span,
                    f"`{selector.name}` is exported by {', '.join(exporting)}, and the selector "
                    f"asks for {wanted}.",
                    fix="correct the job, or declare the metric in that service's catalogue.",
                )


RULE = Rule("unknown-metric", Level.ERROR, check)
