"""Who is notified of which alert."""

from toolkit.alerts import Severity
from toolkit.routing import Delivery, Receiver, Route, Routing, Slack

# Alertmanager reads the secret address from a file.
ON_CALL = Receiver("on-call", (Slack(channel="#shop-incidents"),))
TEAM = Receiver("team", (Slack(channel="#shop"),))

ROUTING = Routing(
    routes=(
        Route(severity=Severity.CRITICAL, receiver=ON_CALL, repeat="1h"),
        Route(severity=Severity.WARNING, receiver=TEAM, repeat="4h"),
        Route(severity=Severity.INFO, receiver=TEAM, repeat="24h"),
    ),
    deliveries=(
        Delivery(
            alerts=(
                "ShopDown",
                "ShopErrorsHigh",
                "ShopAvailabilityFastBurn",
                "ShopAvailabilitySteadyBurn",
                "ShopLatencyFastBurn",
                "ShopLatencySteadyBurn",
            ),
            to=("on-call",),
        ),
        Delivery(
            alerts=(
                "ShopSlow",
                "ShopAvailabilitySlowBurn",
                "ShopAvailabilityCreepingBurn",
                "ShopLatencySlowBurn",
                "ShopLatencyCreepingBurn",
            ),
            to=("team",),
        ),
    ),
)
