"""Whether webhooks are answered within the promised time as often as promised."""

from alerts import _causes as cause
from target_app.objectives import WEBHOOK_LATENCY
from toolkit import burn_rate

# Windows of hours and days do not change within seconds.
INTERVAL = "1m"

RULES = burn_rate.rules(
    WEBHOOK_LATENCY,
    "webhook-latency",
    component="objectives",
    impact="Orders reach the exchange late; strategies trade on old prices.",
    response="1. Compare with exchange API latency: if both rose, the exchange is slow. "
    "2. Otherwise read active requests for saturation, and the journal's write duration. "
    "3. A release in the same hour: undo it first.",
    panel="Burn rate",
    fired_by=cause.ANSWERS_LATE,
)
