"""Whether signals become orders within the promised time as often as promised."""

from alerts import _causes as cause
from target_app.services.objectives import SIGNAL_LATENCY
from toolkit import burn_rate

# Windows of hours and days do not change within seconds.
INTERVAL = "1m"

RULES = burn_rate.rules(
    SIGNAL_LATENCY,
    "signal-latency",
    component="trading",
    impact="Orders reach the exchange late, at a price that the signal did not see.",
    response="1. Read the latency from service to service: which step is slow? 2. Events not read: "
    "exec-risk is behind. 3. Otherwise the exchange is slow.",
    panel="Burn rate",
    fired_by=cause.SIGNALS_LATE,
)
