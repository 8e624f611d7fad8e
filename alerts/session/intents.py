"""Whether the trading session's intents end."""

from alerts import _causes as cause
from target_app.session import catalogue as m
from target_app.session.objectives import MOST_PENDING, MOST_STALE
from toolkit.alerts import Alert, Proof, Severity

STALE_INTENTS = Alert(
    name="StaleIntents",
    expr=f"max({m.INTENTS_PENDING}) > {MOST_PENDING} "
    f"or sum(increase({m.INTENTS_STALE}[5m])) > {MOST_STALE}",
    hold="1m",
    severity=Severity.WARNING,
    component="session",
    summary="Intents of the trading bot do not end.",
    description="{{ $value | humanize }} intents are pending, where 50 may be, or were found "
    "stale within five minutes, where 10 may be.",
    impact="The bot believes that it is buying, and its budget is bound to orders long gone.",
    response="1. Read `intents_pending` and `intents_cleared_total` by reason. 2. Pending only "
    "grows: intents are not cleared when their orders end; roll the last change back. 3. Many "
    "stale ones: orders do not end; look at the venue's latency.",
    because="One intent for each market is usual. Fifty are never cleared at all, and ten stale "
    "ones in five minutes are no single slow answer.",
    panel="Pending intents",
    fired_by=cause.INTENTS_STAY,
    proof=(
        Proof("pending intents grow past fifty", {str(m.INTENTS_PENDING): "0+5x40"}, at="15m",
              fires=True),
        Proof("a little over ten stale intents in five minutes",
              {str(m.INTENTS_PENDING): "4x120", str(m.INTENTS_STALE): "0+0.53x120"}, at="15m",
              interval="15s", fires=True),
        Proof("ten stale intents in five minutes",
              {str(m.INTENTS_PENDING): "4x120", str(m.INTENTS_STALE): "0+0.5x120"}, at="15m",
              interval="15s", fires=False),
        Proof("forty pending, one stale a minute",
              {str(m.INTENTS_PENDING): "40x40", str(m.INTENTS_STALE): "0+1x40"}, at="20m",
              fires=False),
        Proof("between two sessions", {}, at="20m", fires=False),
    ),
)  # fmt: skip
