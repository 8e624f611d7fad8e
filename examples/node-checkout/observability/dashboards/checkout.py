"""Rate, errors and duration of checkout, and whether it is up."""

from observability import catalogue as m
from observability.objectives import LATENCY
from toolkit import burn_rate
from toolkit.dashboards import Dashboard, Panel, PanelUnit, Query, Row
from toolkit.promql import RATE, quantile, ratio

up = Panel(
    title="Up",
    help="Whether Prometheus can scrape each instance: 1, or 0.",
    unit=PanelUnit.COUNT,
    queries=(Query("{{instance}}", 'up{job="checkout"}'),),
)
_REQUESTS = m.CHECKOUT_REQUESTS_TOTAL
requests = Panel(
    title="Requests",
    help="Requests a second.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    queries=(Query("requests", f"sum(rate({_REQUESTS}[{RATE}]))"),),
)
_FAILED = _REQUESTS.where(outcome="error")
errors = Panel(
    title="Errors",
    help="The share of the requests that fail.",
    unit=PanelUnit.SHARE,
    line_at=0.05,
    empty_until="a request fails",
    queries=(
        Query("failed", ratio(f"sum(rate({_FAILED}[{RATE}]))", f"sum(rate({_REQUESTS}[{RATE}]))")),
    ),
)
_DURATION = m.CHECKOUT_REQUEST_DURATION_SECONDS
duration = Panel(
    title="Duration",
    help="Time from a request to its answer, by quantile.",
    unit=PanelUnit.SECONDS,
    line_at=LATENCY.seconds,
    queries=tuple(Query(f"P{q * 100:g}", quantile(q, _DURATION, RATE)) for q in (0.5, 0.95)),
)
left = Panel(
    title="Error budget left",
    help="What is left of the budget of 30 days. Under zero the promise is broken.",
    unit=PanelUnit.SHARE,
    line_at=0,
    bad_below=True,
    empty_until="the objectives' recordings have been evaluated with traffic",
    queries=(Query("{{objective}}", burn_rate.REMAINING),),
)
_WINDOW = burn_rate.WINDOWS[0]
_ERRORS_OF_IT = burn_rate.errors(_WINDOW.long)
burning = Panel(
    title="Burn rate",
    help="How many times faster than allowed each budget burns. Over the line it is gone in days.",
    unit=PanelUnit.FACTOR,
    line_at=_WINDOW.factor("30d"),
    empty_until="the objectives' recordings have been evaluated with traffic",
    queries=(Query("{{objective}}", f"{_ERRORS_OF_IT} / on (objective) {burn_rate.BUDGET}"),),
)
DASHBOARD = Dashboard(
    uid="checkout",
    title="checkout",
    help="Does the service answer, rightly and in time?",
    rows=(
        Row("Service", (up, requests, errors, duration)),
        Row("Objectives", (left, burning)),
    ),
)
