"""A rate looks back over fewer than four scrapes.

Why: a rate needs two samples. Four scrapes leave room for one that failed and for the sample
that falls just outside. With fewer, the result has holes and the alert flaps.

    rate(execution_orders_total[30s])     # bad at a scrape interval of 15 s
    rate(execution_orders_total[1m])      # good

The interval is that of the generated prometheus.yml, or of the one given with `--prometheus`: of
the jobs that the selector names, where they have one of their own.

Exempt: Grafana's `$__rate_interval`; everything where neither interval is known.

Source: https://www.robustperception.io/what-range-should-i-use-with-rate/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.promql import LabelMatch

RATES = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv"})
SCRAPES = 4


def check(project: Project) -> Iterator[Finding]:
    """Flag every range of a rate that is too short."""
    if project.server.scrape_seconds is None:
        return
    for expression in project.expressions():
        for selector in expression.selectors:
            seen, scrape = selector.range_seconds, _interval(project.server, selector.matches)
            if selector.call not in RATES or seen is None or seen >= SCRAPES * scrape:
                continue
            if "$" in expression.text:
                continue
            yield RULE.at_span(
                expression,
                selector.span,
                f"`{selector.call}` looks back {seen:g} s, not {SCRAPES} scrapes of {scrape:g} s.",
                fix=f"look back {SCRAPES * scrape:g} s or longer.",
            )


def _interval(server: ServerFacts, matches: tuple[LabelMatch, ...]) -> float:
    """The longest interval of the jobs that a selector names, or the server's own."""
    usual = server.scrape_seconds or 0
    asked = (x for x in matches if x.label == "job" and x.operator in {"=", "=~"})
    named = (server.job_seconds.get(job, usual) for match in asked for job in match.values)
    return max(named, default=usual)


RULE = Rule("range-under-four-scrapes", Level.WARNING, check)
