"""Whether the model still fits, and what the services ask of each other."""

from dashboards._trading_panels import NOT_RUNNING, RUNS, counted, current, per_second
from target_app.services import bus_catalogue as bus
from target_app.services.ai import catalogue as ai
from target_app.services.analytics_os import catalogue as analytics
from target_app.services.analytics_os.drift import SIGNIFICANT
from toolkit.dashboards import Panel, PanelUnit, Query, Row
from toolkit.promql import RATE, SHOWN, quantile

drift = Panel(
    title="Drift of the model",
    help="Population stability index of the model's confidences against those when it was new. "
    "Over the line the spread is another one.",
    unit=PanelUnit.FACTOR,
    line_at=SIGNIFICANT,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("index", f"max({analytics.STABILITY})"),
        Query("detected", f"max({analytics.DRIFT})"),
    ),
)
accuracy = Panel(
    title="Accuracy of the model",
    help="Share of the last hundred positions that made a profit.",
    unit=PanelUnit.SHARE,
    maximum=1,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(Query("accuracy", f"max({ai.ACCURACY})"),),
)
work = Panel(
    title="Work of ai",
    help="Predictions, signals and events a second, and turns that failed.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("predictions", f"sum({per_second(ai.PREDICTIONS)})"),
        Query("events", f"sum({per_second(ai.PUBLISHED)})"),
        Query("errors", f"sum({per_second(ai.ERRORS)})"),
    ),
)
learned = current(
    "Results learned from",
    "Closed positions since the model was trained anew.",
    f"max({ai.SAMPLES})",
)
calls = Panel(
    title="Calls between services",
    help="Calls over the bus by outcome, those that were sent again, and replies that came late.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="No calls in this time",
    empty_until=RUNS,
    queries=(
        Query("{{outcome}}", f"sum by (outcome) ({per_second(bus.CALLS)})"),
        Query("sent again", f"sum({per_second(bus.REPEATS)})"),
        Query("late replies", f"sum({per_second(bus.LATE_REPLIES)})"),
        Query("served, {{outcome}}", f"sum by (outcome) ({per_second(bus.SERVED)})"),
    ),
)
call_time = Panel(
    title="Duration of calls",
    help="P95 of the time until a call was answered, or given up.",
    unit=PanelUnit.SECONDS,
    empty="No calls in this time",
    empty_until=RUNS,
    queries=(Query("{{method}}", quantile(0.95, bus.CALL_DURATION, RATE, bus.METHOD)),),
)
actions = counted(
    "What analytics-os did",
    "Restarts, rebalances, amplifications and trainings within the time shown.",
    Query("restarts", f"sum(increase({analytics.RESTARTS}[{SHOWN}]))"),
    Query("rebalances", f"sum(increase({analytics.REBALANCES}[{SHOWN}]))"),
    Query("amplifications", f"sum(increase({analytics.AMPLIFICATIONS}[{SHOWN}]))"),
    Query("trainings", f"sum(increase({analytics.RETRAININGS}[{SHOWN}]))"),
)
watching = Panel(
    title="Watching",
    help="Events that analytics-os takes in, and health that it asks for, a second.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty=NOT_RUNNING,
    empty_until=RUNS,
    queries=(
        Query("events", f"sum({per_second(analytics.EVENTS)})"),
        Query("health checks", f"sum({per_second(analytics.HEALTH_CHECKS)})"),
    ),
)

MODEL = Row("Model", (drift, accuracy, learned, work))
OPERATIONS = Row("Operations", (calls, call_time, actions, watching))
