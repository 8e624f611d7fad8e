"""Who is told of which alert, and how often."""

from toolkit.alerts import Receiver, Route, Routing, Severity

# The address of a bridge to your chat or pager; every Alertmanager receiver type can follow.
DESK = Receiver(name="trading-desk", url="http://127.0.0.1:9099/desk")
ON_CALL = Receiver(name="on-call", url="http://127.0.0.1:9099/on-call")

ROUTING = Routing(
    routes=(
        Route(severity=Severity.CRITICAL, receiver=ON_CALL, repeat="1h"),
        Route(severity=Severity.WARNING, receiver=DESK, repeat="4h"),
        Route(severity=Severity.INFO, receiver=DESK, repeat="24h"),
    ),
    # What follows from a service that is down need not be told apart.
    silences=("ExecutionServiceDown",),
)
