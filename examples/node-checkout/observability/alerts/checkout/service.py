"""Whether the service answers, rightly and in time."""

from observability import catalogue as m
from observability.objectives import LATENCY
from toolkit.alerts import Alert, Proof, Severity
from toolkit.drill_causes import Stop, Undrillable
from toolkit.promql import quantile, ratio

_UP = 'up{job="checkout"}'

DOWN = Alert(
    name="CheckoutDown",
    expr=f"{_UP} == 0 or absent({_UP})",
    hold="2m",
    severity=Severity.CRITICAL,
    component="service",
    summary="The service does not answer its scrapes.",
    description="{{ if $labels.instance }}{{ $labels.instance }} of job {{ $labels.job }} is down."
    "{{ else }}No target of job {{ $labels.job }} is left.{{ end }}",
    impact="Nobody can pay.",
    response="1. Ask the service for its metrics from its own host. 2. Read the end of its log. "
    "3. Restart it.",
    because="Two minutes are eight scrapes of 15 s: they outlast a restart. `absent` covers a "
    "target that vanished from the configuration.",
    panel="Up",
    fired_by=Stop("checkout"),
    proof=(
        Proof(
            "the scrape fails",
            {'up{job="checkout", instance="a"}': "1x4 0x10"},
            at="10m",
            fires=True,
            labels={"job": "checkout", "instance": "a"},
        ),
        Proof("no target of that name exists", {}, at="5m", fires=True),
        Proof(
            "the service answers",
            {'up{job="checkout", instance="a"}': "1x20"},
            at="15m",
            fires=False,
        ),
        Proof(
            "another job is down",
            {'up{job="checkout", instance="a"}': "1x20", 'up{job="another"}': "0x20"},
            at="15m",
            fires=False,
        ),
    ),
)

_REQUESTS = m.CHECKOUT_REQUESTS_TOTAL
_FAILED = _REQUESTS.where(outcome="error")

ERRORS = Alert(
    name="CheckoutErrorsHigh",
    expr=ratio(
        f"sum(rate({_FAILED}[5m]))",
        f"sum(rate({_REQUESTS}[5m]))",
        above=0.1,
    )
    + " > 0.05",
    hold="2m",
    severity=Severity.CRITICAL,
    component="service",
    summary="Too many requests fail.",
    description="{{ $value | humanizePercentage }} of the requests of five minutes failed.",
    impact="Customers with full carts cannot pay.",
    response="1. Read the errors in the service's log. 2. If a release went out in the last hour, "
    "undo it. 3. Look at what the service depends on.",
    because="A refused checkout is the customer's; one error in twenty is an incident.",
    panel="Errors",
    fired_by=Undrillable("The checkout has no fault endpoint."),
    proof=(
        Proof(
            "every second request fails",
            {
                _REQUESTS.where(outcome="error"): "0+60x30",
                _REQUESTS.where(outcome="ok"): "0+60x30",
            },
            at="20m",
            fires=True,
        ),
        Proof(
            "every request succeeds",
            {_REQUESTS.where(outcome="ok"): "0+60x30"},
            at="20m",
            fires=False,
        ),
        Proof("no traffic", {}, at="20m", fires=False),
    ),
)

_DURATION = m.CHECKOUT_REQUEST_DURATION_SECONDS
_LATER = _DURATION.bounds[_DURATION.bounds.index(LATENCY.bound) + 1]  # the next edge

SLOW = Alert(
    name="CheckoutSlow",
    expr=quantile(0.95, _DURATION, "5m") + f" > {LATENCY.seconds:g}",
    hold="5m",
    severity=Severity.WARNING,
    component="service",
    summary="Requests are answered slowly.",
    description="P95 of the last five minutes is {{ $value | humanizeDuration }}.",
    impact="Customers wait with their money in hand.",
    response="1. Look whether the traffic rose. 2. Look for a slow dependency. 3. Add an instance, "
    "or shed load.",
    because="The limit is an edge of the histogram, since between two edges Prometheus "
    "interpolates.",
    panel="Duration",
    fired_by=Undrillable("The checkout has no fault endpoint."),
    proof=(
        Proof(
            "every answer takes longer",
            {
                _DURATION.bucket.where(le=LATENCY.bound): "0x30",
                _DURATION.bucket.where(le=_LATER): "0+60x30",
                _DURATION.bucket.where(le="+Inf"): "0+60x30",
            },
            at="20m",
            fires=True,
        ),
        Proof(
            "every answer is faster",
            {
                _DURATION.bucket.where(le=LATENCY.bound): "0+60x30",
                _DURATION.bucket.where(le="+Inf"): "0+60x30",
            },
            at="20m",
            fires=False,
        ),
        Proof("no traffic", {}, at="20m", fires=False),
    ),
)
