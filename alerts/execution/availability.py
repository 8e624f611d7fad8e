"""Whether the service answers, and whether webhooks arrive."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Severity, Waiver

_UP = 'up{job="execution"}'

EXECUTION_SERVICE_DOWN = Alert(
    name="ExecutionServiceDown",
    expr=f"{_UP} == 0 or absent({_UP})",
    hold="1m",
    severity=Severity.CRITICAL,
    component="service",
    summary="The execution service does not answer its scrapes.",
    description="{{ if $labels.instance }}{{ $labels.instance }} of job {{ $labels.job }} has been "
    "down for a minute.{{ else }}No target of job {{ $labels.job }} is left.{{ end }}",
    impact="No webhook is taken and no order is placed.",
    response="1. `curl` the service's /health from its own host. 2. Read the last lines of its "
    "log. 3. Restart it: the journal reconciles what was in flight.",
    because="A minute is four scrapes: it outlasts a restart, and a desk notices nothing sooner. "
    "`absent` covers a target that vanished from the configuration.",
    panel="Webhook request rate",
    fired_by=cause.STOPPED,
    proof=(
        Proof(
            "the scrape fails",
            {'up{job="execution", instance="a"}': "1x4 0x10"},
            at="7m",
            fires=True,
            labels={"job": "execution", "instance": "a"},
        ),
        Proof("no target of that name exists", {}, at="2m", fires=True),
        Proof(
            "the target vanishes",
            {'up{job="execution", instance="a"}': "1x4 stale _x10"},
            at="8m",
            fires=True,
            labels={"job": "execution"},
        ),
        Proof(
            "a restart misses two scrapes",
            {'up{job="execution", instance="a"}': "1x8 0 0 1x20"},
            at="3m",
            fires=False,
            interval="15s",
        ),
        Proof(
            "another job is down",
            {'up{job="execution", instance="a"}': "1x20", 'up{job="prometheus"}': "0x20"},
            at="15m",
            fires=False,
        ),
        Proof(
            "the service answers",
            {'up{job="execution", instance="a"}': "1x20"},
            at="15m",
            fires=False,
        ),
    ),
)

NO_WEBHOOK_TRAFFIC = Alert(
    name="NoWebhookTraffic",
    expr=f"sum(rate({m.WEBHOOK_REQUESTS}[15m])) == 0",
    hold="5m",
    severity=Severity.INFO,
    component="webhook",
    summary="No webhook has arrived for a while.",
    description="Webhooks arrived at {{ $value }} a second over the last 15 minutes.",
    impact="If strategies are meant to trade now, their signals are not reaching us.",
    response="1. Ask whether the markets are closed or the strategies paused. 2. Send a signed "
    "test webhook. 3. Follow the path of a webhook: sender, network, address allow-list.",
    because="The quietest strategy sends every ten minutes; fifteen and a hold of five leave "
    "room for one missed signal.",
    panel="Webhook request rate",
    fired_by=cause.QUIET,
    waive=(
        Waiver("no-traffic", "No traffic is what it is for; the written cases prove both sides."),
    ),
    proof=(
        Proof(
            "requests stop",
            {m.WEBHOOK_REQUESTS.where(source="tradingview", symbol="BTC/USDT", status="success"):
             "0+6x10 60x40"},
            at="40m",
            fires=True,
        ),
        Proof(
            "requests stopped fourteen minutes ago",
            {m.WEBHOOK_REQUESTS.where(source="tradingview", symbol="BTC/USDT", status="success"):
             "0+6x10 60x40"},
            at="24m",
            fires=False,
        ),
        Proof(
            "one request every ten minutes",
            {m.WEBHOOK_REQUESTS.where(source="tradingview", symbol="BTC/USDT", status="success"):
             "0x9 1x9 2x9 3x9 4x9"},
            at="45m",
            fires=False,
        ),
    ),
)  # fmt: skip
