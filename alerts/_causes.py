"""What makes each alert fire in a drill, and what else may fire with it.

Background traffic runs throughout: valid orders, forty a second. A share of calls or webhooks
is hit evenly, so that a few in a hundred are a few in every hundred.
"""

from toolkit.drill_causes import Fault, Load, Quiet, Stop

# Until it has loaded the exchange again, it is not connected, answers webhooks with 503, and
# slowly: all its clients come back at once.
STOPPED = Stop(
    "execution",
    also=(
        "ExchangeDisconnected",
        "HighWebhookLatency",
        "LowWebhookSuccessRate",
        "PositionsUnwatched",
    ),
)
QUIET = Quiet()

# Longer than the background's pace, so that all its users wait at once.
SLOW_HANDLER = Fault("handler_delay", seconds=3)
NAN_FEED = Fault("nan_feed")

SLOW_EXCHANGE = Fault(
    "exchange_latency",
    seconds=0.6,
    also=("HighWebhookLatency", "HighActiveRequests", "PositionsUnwatched"),
)
# Each of these is sent again and then taken, which costs time but no order.
RETRIED_ERRORS = Fault(
    "exchange_errors",
    kind="rate_limited",
    share=0.2,
    also=("HighOrderExecutionLatency", "HighWebhookLatency"),
)
# Refused for good, but not the exchange's own trouble: the breaker stays closed.
REFUSED_ORDERS = Fault(
    "exchange_errors", kind="insufficient_funds", share=0.4, also=("HighExchangeErrorRate",)
)
_FAILING = (
    "HighExchangeErrorRate",
    "HighOrderFailureRate",
    "HighOrderExecutionLatency",
    "HighWebhookLatency",
    "LowWebhookSuccessRate",
    "PositionsUnwatched",  # where an earlier step has left any
)
# A breaker opens after five orders in a row, each of which is tried three times.
EXCHANGE_FAILS = Fault("exchange_errors", kind="rate_limited", takes_seconds=1, also=_FAILING)
DISCONNECTED = Fault("exchange_disconnect", also=("CircuitBreakerOpened", *_FAILING))

# The background's orders have no stop-loss; every third of these has one.
UNPROTECTED = Fault(
    "protection_errors",
    load=Load(scenario="normal", users=1),
    takes_seconds=2,
    also=("HighOrderFailureRate", "LowConfidenceFiltering"),
)

# The background's orders have no stop-loss or target; the watching stands still all the same.
WATCH_STALLS = Fault("watch_stall")
AUDIT_LOSES = Fault("audit_loss")
HALTED = Fault("trading_halt", also=("LowWebhookSuccessRate",))

FORGED = Load(scenario="signature_failure")
GREEDY = Load(scenario="rate_limit", users=40)
STRANGERS = Load(scenario="ip_reject")
STALE = Load(scenario="stale")
INVALID = Load(scenario="validation_failure", users=10)
# More than all the other traffic together.
UNSURE = Load(scenario="low_confidence", users=20)

# --- the trading session, which the drill starts for these ----------------------------

REFUSED_BY_PAPER = Fault("exchange_errors", service="session", kind="insufficient_funds", share=0.9)
# Intents gather until there are fifty; once they are cleared again, all are stale at once.
INTENTS_STAY = Fault("stale_intents", service="session", takes_seconds=20)
# Longer than the bot waits for the balances.
SLOW_BALANCES = Fault("balance_latency", service="session", seconds=5, takes_seconds=5)
# Of the orders some fail by themselves.
FAILURES_UNSEEN = Fault("silent_failures", service="session", takes_seconds=5)


def _paces(objective: str, *paces: str) -> tuple[str, ...]:
    return tuple(f"{objective}{pace}Burn" for pace in paces)


# The budget is 0.5% of the webhooks: each share lies between its own pace and the next faster.
ORDERS_FAIL = {
    pace: Fault(
        "exchange_errors",
        kind="insufficient_funds",
        share=share,
        also=_paces("WebhookAvailability", *slower),
    )
    for pace, share, slower in (
        ("Fast", 0.3, ("Steady", "Slow", "Creeping")),
        ("Steady", 0.05, ("Slow", "Creeping")),
        ("Slow", 0.022, ("Creeping",)),
        ("Creeping", 0.01, ()),
    )
}
# The budget is 5% of the answers, and 14.4 times as much is 72%.
ANSWERS_LATE = {
    pace: Fault("handler_delay", seconds=0.15, share=share, also=_paces("WebhookLatency", *slower))
    for pace, share, slower in (
        ("Fast", 0.9, ("Steady", "Slow", "Creeping")),
        ("Steady", 0.5, ("Slow", "Creeping")),
        ("Slow", 0.22, ("Creeping",)),
        ("Creeping", 0.1, ()),
    )
}

# --- the trading services ---------------------------------------------------------------

AI_STOPPED = Stop("ai")
RISK_DISCONNECTED = Fault("exchange_disconnect", service="exec-risk")
STOPPED_TRADING = Fault("emergency_stop", service="exec-risk")
DAILY_LOSS = Fault("daily_loss", service="exec-risk")
# In a drill a hundred signals, of thirty a second, are judged against two hundred.
CONFIDENCE_SHIFTED = Fault("confidence_shift", service="ai", takes_seconds=15)
# At thirty signals a second.
CONSUMERS_PAUSED = Fault("pause_consumers", service="exec-risk", takes_seconds=5)
UNREADABLE = Fault("unreadable_events", service="ai", takes_seconds=1)
# The budget is 1% of the signals, of which four in ten are refused before they meet the
# exchange: each share lies between its own pace and the next faster.
SIGNALS_FAIL = {
    pace: Fault(
        "exchange_errors",
        service="exec-risk",
        kind="insufficient_funds",
        share=share,
        also=_paces("SignalSuccess", *slower),
    )
    for pace, share, slower in (
        ("Fast", 0.5, ("Steady", "Slow", "Creeping")),
        ("Steady", 0.16, ("Slow", "Creeping")),
        ("Slow", 0.075, ("Creeping",)),
        ("Creeping", 0.033, ()),
    )
}
# The budget is 5% of the orders, and 14.4 times as much is 72%.
SIGNALS_LATE = {
    pace: Fault(
        "exchange_latency",
        service="exec-risk",
        seconds=1.5,
        share=share,
        also=_paces("SignalLatency", *slower),
    )
    for pace, share, slower in (
        ("Fast", 0.9, ("Steady", "Slow", "Creeping")),
        ("Steady", 0.5, ("Slow", "Creeping")),
        ("Slow", 0.22, ("Creeping",)),
        ("Creeping", 0.1, ()),
    )
}
