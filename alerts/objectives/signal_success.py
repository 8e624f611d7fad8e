"""Whether signals are executed, or refused by a rule, as often as promised."""

from alerts import _causes as cause
from target_app.services.objectives import SIGNAL_SUCCESS
from toolkit import burn_rate

# Windows of hours and days do not change within seconds.
INTERVAL = "1m"

RULES = burn_rate.rules(
    SIGNAL_SUCCESS,
    "signal-success",
    component="trading",
    impact="Signals that passed every rule are not traded.",
    response="1. Read failures by reason: it is the exchange's, or the breaker is open. "
    "2. Is exec-risk degraded? Its /health names the exchange. "
    "3. A release in the same hour: undo it first.",
    panel="Burn rate",
    fired_by=cause.SIGNALS_FAIL,
)
