"""Who is notified of which alert, how often, and which alert makes others needless."""

from toolkit.alerts import Severity
from toolkit.routing import (
    SECRETS,
    Delivery,
    Inhibition,
    PagerDuty,
    Receiver,
    Route,
    Routing,
    Slack,
    Webhook,
)

ON_CALL = Receiver("on-call", (PagerDuty(), Slack(channel="#trading-incidents")))
SECURITY_ON_CALL = Receiver(
    "security-on-call",
    (PagerDuty(key_file=f"{SECRETS}/pagerduty_security_key"), Slack(channel="#security")),
)
DESK = Receiver("trading-desk", (Slack(channel="#trading-desk"),))
SECURITY = Receiver("security", (Slack(channel="#security"),))
# A bridge to the ticket system; it wants a token of its own.
TICKETS = Receiver(
    "tickets",
    (Webhook(url="http://127.0.0.1:9099/tickets", token_file=f"{SECRETS}/tickets_token"),),
)

_OBJECTIVES = ("WebhookAvailability", "WebhookLatency", "SignalSuccess", "SignalLatency")
_SERVICE = ("webhook", "orders", "exchange", "security", "data", "objectives", "protection")

ROUTING = Routing(
    routes=(
        Route(severity=Severity.CRITICAL, receiver=ON_CALL, repeat="1h"),
        Route(severity=Severity.CRITICAL, component="security", receiver=SECURITY_ON_CALL),
        Route(severity=Severity.WARNING, receiver=DESK, repeat="4h"),
        Route(severity=Severity.WARNING, component="security", receiver=SECURITY),
        Route(severity=Severity.WARNING, component="objectives", receiver=TICKETS, repeat="3d"),
        Route(severity=Severity.INFO, receiver=DESK, repeat="24h"),
    ),
    inhibitions=(
        Inhibition(
            source="ExecutionServiceDown",
            components=_SERVICE,
            because="What follows from a service that is down needs no notification of its own.",
        ),
        Inhibition(
            source="ExchangeDisconnected",
            alerts=("HighExchangeAPILatency", "HighExchangeErrorRate", "HighOrderExecutionLatency"),
            equal=("exchange",),
            because="An unreachable exchange is slow and full of errors: one notification says it.",
        ),
        Inhibition(
            source="HighOrderFailureRate",
            alerts=("HighExchangeErrorRate",),
            equal=("exchange",),
            because="Failed orders are failed calls: the page says it, the warning repeats it.",
        ),
        *(
            Inhibition(
                source=f"{objective}FastBurn",
                alerts=tuple(f"{objective}{pace}Burn" for pace in ("Steady", "Slow", "Creeping")),
                equal=("objective",),
                because="One objective needs one notification: that of its fastest burn.",
            )
            for objective in _OBJECTIVES
        ),
        Inhibition(
            source="ServiceDown",
            alerts=("ServiceDegraded", "EventLag"),
            because="What follows from a service that is down needs no notification of its own.",
        ),
    ),
    deliveries=(
        Delivery(
            (
                "ExecutionServiceDown",
                "CircuitBreakerOpened",
                "HighOrderFailureRate",
                "ExchangeDisconnected",
                "PositionUnprotected",
                "PositionsUnwatched",
            ),
            to=("on-call",),
        ),
        Delivery(
            (
                "WebhookAvailabilityFastBurn",
                "WebhookAvailabilitySteadyBurn",
                "WebhookLatencyFastBurn",
                "WebhookLatencySteadyBurn",
            ),
            to=("on-call",),
        ),
        Delivery(
            (
                "WebhookAvailabilitySlowBurn",
                "WebhookAvailabilityCreepingBurn",
                "WebhookLatencySlowBurn",
                "WebhookLatencyCreepingBurn",
            ),
            to=("tickets",),
        ),
        Delivery(("SignatureVerificationFailures",), to=("security-on-call",)),
        Delivery(
            (
                "HighWebhookLatency",
                "HighValidationFailureRate",
                "LowWebhookSuccessRate",
                "HighExchangeAPILatency",
                "HighExchangeErrorRate",
                "HighOrderExecutionLatency",
                "TradingHalted",
                "AuditLinesLost",
            ),
            to=("trading-desk",),
        ),
        Delivery(
            (
                "LowFillRate",
                "StaleIntents",
                "BudgetRefreshTimeouts",
                "SessionSilentFailures",
            ),
            to=("trading-desk",),
        ),
        Delivery(
            (
                "ServiceDown",
                "EmergencyStop",
                "DailyLossLimit",
                "EventsLost",
                "SignalSuccessFastBurn",
                "SignalSuccessSteadyBurn",
                "SignalLatencyFastBurn",
                "SignalLatencySteadyBurn",
            ),
            to=("on-call",),
        ),
        Delivery(
            (
                "ServiceDegraded",
                "ModelDrift",
                "EventLag",
                "DeadLetters",
                "SignalSuccessSlowBurn",
                "SignalSuccessCreepingBurn",
                "SignalLatencySlowBurn",
                "SignalLatencyCreepingBurn",
            ),
            to=("trading-desk",),
        ),
        Delivery(("RateLimitRejections", "IPWhitelistRejections"), to=("security",)),
        Delivery(
            (
                "HighNaNReplacementRate",
                "LowConfidenceFiltering",
                "StaleWebhooks",
                "HighActiveRequests",
                "NoWebhookTraffic",
            ),
            to=("trading-desk",),
        ),
    ),
)
