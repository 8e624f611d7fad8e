"""Whether requests succeed as often as promised."""

from observability.objectives import AVAILABILITY
from toolkit import burn_rate
from toolkit.drill_causes import Undrillable

# Windows of hours and days do not change within seconds.
INTERVAL = "1m"
_CAUSE = Undrillable("The checkout has no fault that lasts for hours.")

RULES = burn_rate.rules(
    AVAILABILITY,
    "checkout-availability",
    component="objectives",
    impact="More customers see errors than was promised.",
    response="1. Look for the alert that explains it. 2. If a release went out when it began, undo "
    "it. 3. While the budget is spent, release nothing risky.",
    panel="Burn rate",
    fired_by=dict.fromkeys(("Fast", "Steady", "Slow", "Creeping"), _CAUSE),
)
