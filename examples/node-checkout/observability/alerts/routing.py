"""Who is notified of which alert."""

from toolkit.alerts import Severity
from toolkit.routing import Delivery, Receiver, Route, Routing, Slack

# Alertmanager reads the secret address from a file.
ON_CALL = Receiver("on-call", (Slack(channel="#checkout-incidents"),))
TEAM = Receiver("team", (Slack(channel="#checkout"),))

ROUTING = Routing(
    routes=(
        Route(severity=Severity.CRITICAL, receiver=ON_CALL, repeat="1h"),
        Route(severity=Severity.WARNING, receiver=TEAM, repeat="4h"),
        Route(severity=Severity.INFO, receiver=TEAM, repeat="24h"),
    ),
    deliveries=(
        Delivery(
            alerts=(
                "CheckoutDown",
                "CheckoutErrorsHigh",
                "CheckoutAvailabilityFastBurn",
                "CheckoutAvailabilitySteadyBurn",
                "CheckoutLatencyFastBurn",
                "CheckoutLatencySteadyBurn",
            ),
            to=("on-call",),
        ),
        Delivery(
            alerts=(
                "CheckoutSlow",
                "CheckoutAvailabilitySlowBurn",
                "CheckoutAvailabilityCreepingBurn",
                "CheckoutLatencySlowBurn",
                "CheckoutLatencyCreepingBurn",
            ),
            to=("team",),
        ),
    ),
)
