"""Execution pipeline: from a webhook's arrival to its order, for whoever is on call."""

from target_app import catalogue as m
from target_app.objectives import WEBHOOK_LATENCY
from toolkit.catalogue import Matcher, Metric
from toolkit.dashboards import Dashboard, Panel, PanelUnit, Query, Row, Variable, View
from toolkit.promql import RATE, quantile, ratio

EXCHANGE = Variable(m.EXCHANGE, m.ORDERS, "Exchange")
SYMBOL = Variable(m.SYMBOL, m.WEBHOOK_REQUESTS, "Symbol")
SOURCE = Variable(m.SOURCE, m.WEBHOOK_REQUESTS, "Source")
VARIABLES = (EXCHANGE, SYMBOL, SOURCE)


def _chosen(metric: Metric) -> dict[str, Matcher]:
    """A matcher for every dashboard variable that the metric has a label for."""
    return {x.name: x.matcher for x in VARIABLES if x.label in metric.labels}


def _rate(metric: Metric, **labels: str) -> str:
    return f"rate({metric.where(**_chosen(metric), **labels)}[{RATE}])"


request_rate = Panel(
    title="Webhook request rate",
    help="Webhooks answered a second, whatever the answer. ExecutionServiceDown and "
    "NoWebhookTraffic watch it.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    view=View.STAT,
    empty="No webhooks counted: is the service scraped?",
    queries=(Query("requests", f"sum({_rate(m.WEBHOOK_REQUESTS)})"),),
)
success_rate = Panel(
    title="Order success rate",
    help="Share of the orders sent to an exchange that it accepted.",
    unit=PanelUnit.SHARE,
    view=View.GAUGE,
    maximum=1,
    line_at=0.9,
    bad_below=True,
    empty="No orders in this time",
    queries=(
        Query(
            "accepted",
            ratio(
                f"sum({_rate(m.ORDERS, status='success')})",
                f"sum({_rate(m.ORDERS)})",
            ),
        ),
    ),
)
active = Panel(
    title="Active requests",
    help="Webhooks being processed now. A steady climb is saturation.",
    unit=PanelUnit.COUNT,
    view=View.GAUGE,
    maximum=100,
    line_at=50,
    queries=(Query("active", f"sum({m.ACTIVE_REQUESTS})"),),
)
latency = Panel(
    title="Pipeline latency P95",
    help="From receipt of a webhook to its answer, whatever the answer.",
    unit=PanelUnit.SECONDS,
    view=View.GAUGE,
    maximum=0.25,
    line_at=WEBHOOK_LATENCY.seconds,
    empty="No webhooks in this time",
    queries=(Query("P95", quantile(0.95, m.PIPELINE_LATENCY, RATE)),),
)

processing_time = Panel(
    title="Processing duration",
    help="From the last byte received to the answer. HighWebhookLatency watches the line.",
    unit=PanelUnit.SECONDS,
    line_at=WEBHOOK_LATENCY.seconds,
    empty="No webhooks in this time",
    queries=tuple(
        Query(
            f"P{q * 100:g}",
            quantile(q, m.WEBHOOK_DURATION, RATE, where=_chosen(m.WEBHOOK_DURATION)),
        )
        for q in (0.5, 0.95, 0.99)
    ),
)
validation = Panel(
    title="Validation failures by reason",
    help="Webhooks refused because they were not what they should be. "
    "HighValidationFailureRate watches their share.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None refused",
    queries=(Query("{{reason}}", f"sum by (reason) ({_rate(m.VALIDATION_FAILURES)})"),),
)
signatures = Panel(
    title="Signature failures",
    help="Webhooks whose signature was missing or wrong. SignatureVerificationFailures pages "
    "on a burst.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None failed",
    queries=(Query("{{source}}", f"sum by (source) ({_rate(m.SIGNATURE_FAILURES)})"),),
)
confidence = Panel(
    title="Confidence filtering",
    help="Signals refused for low confidence. LowConfidenceFiltering watches their share.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None filtered",
    queries=(Query("{{source}}", f"sum by (source) ({_rate(m.CONFIDENCE_FILTERED)})"),),
)

order_duration = Panel(
    title="Order execution duration",
    help="From an order's hand-over to the exchange's answer.",
    unit=PanelUnit.SECONDS,
    queries=(
        Query("P95", quantile(0.95, m.ORDER_DURATION, RATE, where=_chosen(m.ORDER_DURATION))),
    ),
)
order_failures = Panel(
    title="Order failure rate by exchange",
    help="Share of orders that failed.",
    unit=PanelUnit.SHARE,
    queries=(
        Query(
            "{{exchange}}",
            ratio(
                f"sum by (exchange) ({_rate(m.ORDERS, status='failed')})",
                f"sum by (exchange) ({_rate(m.ORDERS)})",
            ),
        ),
    ),
)
order_size = Panel(
    title="Order size distribution",
    help="Value of accepted orders.",
    unit=PanelUnit.COUNT,
    queries=(Query("P95", quantile(0.95, m.ORDER_SIZE, RATE, where=_chosen(m.ORDER_SIZE))),),
)
limited = Panel(
    title="Top rate-limited clients",
    help="Refusals by client.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    queries=(Query("{{client}}", f"topk(10, sum by (client) ({_rate(m.RATE_LIMIT_REJECTIONS)}))"),),
)
breaker = Panel(
    title="Circuit breaker state",
    help="0 closed, 1 half-open, 2 open.",
    unit=PanelUnit.COUNT,
    queries=(Query("{{name}}", f"max by (name) ({m.BREAKER_STATE})"),),
)
audit = Panel(
    title="Audit events",
    help="Lines of the audit log by kind.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    queries=(Query("{{event_type}}", f"sum by (event_type) ({_rate(m.AUDIT_EVENTS)})"),),
)
exchange_latency = Panel(
    title="Exchange API latency",
    help="Time of calls to an exchange.",
    unit=PanelUnit.SECONDS,
    queries=(
        Query("P95", quantile(0.95, m.EXCHANGE_DURATION, RATE, where=_chosen(m.EXCHANGE_DURATION))),
    ),
)
exchange_errors = Panel(
    title="Exchange error rate",
    help="Calls to an exchange that failed.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    queries=(Query("{{type}}", f"sum by (type) ({_rate(m.EXCHANGE_ERRORS)})"),),
)
connections = Panel(
    title="Exchange connections",
    help="1 where the last call reached the exchange.",
    unit=PanelUnit.COUNT,
    queries=(Query("{{exchange}}", f"min by (exchange) ({m.EXCHANGE_CONNECTIONS})"),),
)

DASHBOARD = Dashboard(
    uid="execution-pipeline",
    title="Execution pipeline",
    help="From a webhook's arrival to its order: is it fast, is it right, is it safe?",
    tags=("execution",),
    variables=VARIABLES,
    rows=(
        Row("Overview", (request_rate, success_rate, active, latency)),
        Row("Webhooks", (processing_time, validation, signatures, confidence)),
        Row("Orders", (order_duration, order_failures, order_size)),
        Row("Security", (limited, breaker, audit)),
        Row("Exchange health", (exchange_latency, exchange_errors, connections)),
    ),
)
