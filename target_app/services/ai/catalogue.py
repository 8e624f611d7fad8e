"""What ai measures."""

from target_app.services.bus_catalogue import BUS_METRICS
from toolkit.catalogue import Catalogue, Kind, Metric, Unit

UPTIME = Metric(
    "ai_service_uptime_seconds",
    Kind.GAUGE,
    "Time since ai was started, in seconds.",
    unit=Unit.SECONDS,
)
SIGNALS = Metric(
    "ai_service_signals_generated_total",
    Kind.COUNTER,
    "Signals that were generated, those that a person asked for included.",
    unit=Unit.COUNT,
)
PREDICTIONS = Metric(
    "ai_service_predictions_made_total",
    Kind.COUNTER,
    "Predictions of the model, for signals and for callers.",
    unit=Unit.COUNT,
)
PUBLISHED = Metric(
    "ai_service_events_published_total",
    Kind.COUNTER,
    "Events that ai has decided to publish, each once.",
    unit=Unit.COUNT,
)
ERRORS = Metric(
    "ai_service_errors_total",
    Kind.COUNTER,
    "Turns of ai's own work that failed.",
    unit=Unit.COUNT,
)
ACCURACY = Metric(
    "ai_service_model_accuracy",
    Kind.GAUGE,
    "Share of the model's last hundred positions that made a profit.",
    unit=Unit.RATIO,
)
SAMPLES = Metric(
    "ai_service_model_samples",
    Kind.GAUGE,
    "Closed positions that the model has learned from since it was trained anew.",
    unit=Unit.COUNT,
)

CATALOGUE = Catalogue(
    (UPTIME, SIGNALS, PREDICTIONS, PUBLISHED, ERRORS, ACCURACY, SAMPLES, *BUS_METRICS)
)
