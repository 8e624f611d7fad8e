"""Whether the three services run, and are well."""

from alerts import _causes as cause
from target_app.services.analytics_os import catalogue as m
from toolkit.alerts import Alert, Proof, Severity, Waiver

_BETWEEN_SCRAPES = "Scrapes come every quarter of a minute, so that the hold ends with one of them."
_UP = 'up{job=~"ai|exec-risk|analytics-os"}'


def _up(job: str) -> str:
    return f'up{{job="{job}", instance="a"}}'


SERVICE_DOWN = Alert(
    name="ServiceDown",
    expr=f"{_UP} == 0 and on () max(max_over_time({_UP}[30m])) == 1",
    hold="1m",
    severity=Severity.CRITICAL,
    component="trading",
    summary="A trading service does not answer its scrapes.",
    description="{{ $labels.job }} at {{ $labels.instance }} has been down for a minute "
    "(up is {{ $value }}).",
    impact="Signals are not made, not executed, or nobody watches them. Events wait in their "
    "streams, and are lost when a stream is full.",
    response="1. `toolkit logs NAME`, or the log of its host: why did it end? 2. analytics-os "
    "starts ai and exec-risk again, ten times an hour at most: read its log. 3. Start it: it goes "
    "on where it stopped, and no order is placed twice.",
    because="A minute is four scrapes and outlasts a restart. The services are optional: where "
    "none of them ran within half an hour the system is switched off, and not down.",
    panel="Services",
    fired_by=cause.AI_STOPPED,
    waive=(
        Waiver("boundaries", "Both parts read `up` of the same jobs; the written cases hold them."),
        Waiver("mutant: for 1m → 45s", _BETWEEN_SCRAPES),
        Waiver("mutant: for 1m → 75s", _BETWEEN_SCRAPES),
    ),
    proof=(
        *(
            Proof(
                f"{job} is down, and another runs",
                {_up(job): "1x8 0x80", _up(other): "1x88"},
                at="70m", fires=True, labels={"job": job, "instance": "a"},
            )
            for job, other in (
                ("ai", "exec-risk"), ("exec-risk", "analytics-os"), ("analytics-os", "ai"),
            )
        ),
        Proof("it ran twenty minutes ago", {_up("ai"): "1x8 0x60"}, at="28m", fires=True,
              labels={"job": "ai", "instance": "a"}),
        Proof("nothing has run for half an hour", {_up("ai"): "1x8 0x60"}, at="50m", fires=False),
        Proof("none of them was ever started, and another job runs",
              {_up("ai"): "0x40", _up("exec-risk"): "0x40", 'up{job="node", instance="a"}': "1x40"},
              at="20m", fires=False),
        Proof("another job is down", {_up("ai"): "1x40", 'up{job="node", instance="a"}': "0x40"},
              at="20m", fires=False),
        Proof("down for three quarters of a minute", {_up("ai"): "1x8 0 0 0 0"}, at="2m45s",
              fires=False, interval="15s"),
        Proof("down for a minute", {_up("ai"): "1x8 0x8"}, at="3m15s", fires=True,
              interval="15s", labels={"job": "ai", "instance": "a"}),
        Proof(
            "a restart misses two scrapes",
            {_up("ai"): "1x8 0 0 1x20", _up("exec-risk"): "1x30"},
            at="3m", fires=False, interval="15s",
        ),
    ),
)  # fmt: skip

SERVICE_DEGRADED = Alert(
    name="ServiceDegraded",
    expr=f"min by (service) ({m.SERVICE_STATE}) == 1",
    hold="2m",
    severity=Severity.WARNING,
    component="trading",
    summary="A trading service works, and something that it needs does not.",
    description="{{ $labels.service }} has been degraded for two minutes (state {{ $value }}).",
    impact="Its exchange or the bus is away: signals fail, or wait.",
    response="1. `curl` /health of analytics-os: it says what is wrong with each service. "
    "2. An exchange is away: look at its status page; signals fail until it is back. 3. The bus "
    "is away: start Redis; nothing that was decided is lost.",
    because="Two minutes outlast the restart of what a service needs.",
    panel="State of the services",
    fired_by=cause.RISK_DISCONNECTED,
    proof=(
        Proof("exec-risk is degraded", {m.SERVICE_STATE.where(service="exec-risk"): "1x20"},
              at="10m", fires=True, labels={"service": "exec-risk"}),
        Proof("exec-risk is down, which another alert says",
              {m.SERVICE_STATE.where(service="exec-risk"): "0x20"}, at="10m", fires=False),
        Proof("all is well", {m.SERVICE_STATE.where(service="exec-risk"): "2x20"}, at="10m",
              fires=False),
        Proof("it was degraded for a minute",
              {m.SERVICE_STATE.where(service="exec-risk"): "2 2 1 2x20"}, at="10m", fires=False),
    ),
)  # fmt: skip
