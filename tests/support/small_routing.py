"""A small routing: a pager, a chat, a guard for one component, and two inhibitions."""

from dataclasses import replace

from tests.support import project_builder
from toolkit.alerts import Severity
from toolkit.routing import (
    Delivery,
    Inhibition,
    PagerDuty,
    Receiver,
    Route,
    Routing,
    Slack,
    Webhook,
)

PAGER = Receiver("pager", (PagerDuty(), Slack(channel="#now")))
CHAT = Receiver("chat", (Slack(channel="#later"),))
GUARD = Receiver("guard", (Webhook(url="http://127.0.0.1:9/x", token_file="/run/token"),))
ROUTES = (
    Route(severity=Severity.CRITICAL, receiver=PAGER, repeat="1h"),
    Route(severity=Severity.CRITICAL, component="door", receiver=GUARD),
    Route(severity=Severity.WARNING, receiver=CHAT, repeat="4h"),
    Route(severity=Severity.INFO, receiver=CHAT, repeat="1d"),
)
DOWN = replace(
    project_builder.alert("Down", "up == 0", severity=Severity.CRITICAL), component="service"
)
BREACH = replace(project_builder.alert("Breach", severity=Severity.CRITICAL), component="door")
SLOW = project_builder.alert("Slow", "app_queue_depth > 1", severity=Severity.WARNING)
ALERTS = (DOWN, BREACH, SLOW)
ROUTING = Routing(
    routes=ROUTES,
    deliveries=(
        Delivery(("Down",), to=("pager",)),
        Delivery(("Breach",), to=("guard",)),
        Delivery(("Slow",), to=("chat",)),
    ),
    inhibitions=(
        Inhibition(source="Down", components=("app", "door"), because="It is tested."),
        Inhibition(source="Breach", alerts=("Slow",), equal=("kind",), because="It is tested."),
    ),
)
