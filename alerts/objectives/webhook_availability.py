"""Whether webhooks are answered without a fault of ours as often as promised."""

from alerts import _causes as cause
from target_app.objectives import WEBHOOK_AVAILABILITY
from toolkit import burn_rate

# Windows of hours and days do not change within seconds.
INTERVAL = "1m"

RULES = burn_rate.rules(
    WEBHOOK_AVAILABILITY,
    "webhook-availability",
    component="objectives",
    impact="Valid signals are answered with an error and not traded.",
    response="1. Read webhooks by status: `error` is ours or an exchange's, `circuit_open` an "
    "exchange's. 2. Look for the alert that explains it: CircuitBreakerOpened, "
    "HighOrderFailureRate. 3. A release in the same hour: undo it first.",
    panel="Burn rate",
    fired_by=cause.ORDERS_FAIL,
)
