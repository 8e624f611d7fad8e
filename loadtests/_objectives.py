"""What the service promises, as thresholds of a load test."""

from target_app.objectives import WEBHOOK_AVAILABILITY, WEBHOOK_LATENCY

THRESHOLDS = (
    f"p({WEBHOOK_LATENCY.quantile * 100:g})<={WEBHOOK_LATENCY.seconds * 1000:g}",
    f"success>={WEBHOOK_AVAILABILITY.share * 100:g}",
)
