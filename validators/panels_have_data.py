"""Every query of every panel returns data, or says what must happen first.

Why: a panel that says "No data" looks like a quiet system, whether the system is quiet, the
name is mistyped or nothing emits it. After traffic has flowed, only panels that declare
`empty_until` may be empty. Where it has ended, the queries are asked of its last moment. While none
flows, and none has for two minutes, nothing can be said, so the check is skipped.
"""

from collections.abc import Iterator

from toolkit.catalogue import Metric
from toolkit.findings import Finding, Level
from toolkit.grafana.rate_interval import rate_interval
from toolkit.validate import panel_coverage
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip
from toolkit.validate.panel_coverage import AskedQuery, QueryVerdict

# A load has ended, its last request was scraped, and rules were evaluated: on a slow machine that
# takes longer than the window in which a rate sees it.
LOOKS_BACK = "2m"


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Ask Prometheus each query, its variables filled with values that it knows."""
    if not any(page.dashboard.panels for page in stack.project.pages):
        raise Skip("no dashboard has a panel, so no query was asked.")
    requests, server = stack.project.requests, stack.prometheus
    if requests is not None:
        # The traffic may end while the queries are asked: all are asked of one moment.
        server = server.as_of(_last_growth(stack, requests))
    asked = panel_coverage.run(stack.project, server)
    yield _figure(panel_coverage.summary(asked))
    for dashboard, counts in panel_coverage.by_dashboard(asked).items():
        yield _figure(counts, dashboard)
    for reason, subjects in panel_coverage.empty_until(asked).items():
        yield _figure("; ".join(subjects), f"empty until {reason}")
    yield from (_wrong(each) for each in asked if each.verdict not in panel_coverage.COVERED)


def _last_growth(stack: CheckedStack, requests: Metric) -> float:
    """Now, or when `requests` grew last, in Unix seconds. Raises Skip where that is long ago."""
    every = stack.project.config.scrape_interval
    growth = f"sum(increase({requests}[{rate_interval(every)}]))"
    for sample in stack.prometheus.query(growth):
        if sample.value > 0:
            return sample.time
    grew = f"max_over_time(timestamp({growth} > 0)[{LOOKS_BACK}:{every}])"
    for sample in stack.prometheus.query(grew):
        return sample.value
    raise Skip(
        f"{requests} has not grown within {LOOKS_BACK}, so panels are rightly empty; "
        "send traffic with `toolkit load`, then validate again."
    )


def _figure(message: str, subject: str = "") -> Finding:
    return Finding(rule=CHECK.id, level=Level.INFO, message=message, subject=subject)


def _wrong(asked: AskedQuery) -> Finding:
    if asked.verdict is QueryVerdict.FAILING:
        message, fix = f"fails: {asked.detail}", "paste the query into Prometheus and correct it."
    else:
        message = f"is {asked.verdict.value}: {asked.expr}"
        fix = 'send traffic that moves it, or say what must happen first: empty_until="…".'
    return CHECK.wrong(message, fix=fix, subject=asked.subject)


CHECK = Check(
    "panels-have-data",
    "every query of every panel returns data, or is empty by design",
    CheckGroup.DASHBOARDS,
    run,
    fix='correct the query, or say what must happen first: empty_until="…".',
)
