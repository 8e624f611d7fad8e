"""Execution pipeline: from a webhook's arrival to its order, for the person on call."""

from dashboards import _execution_detail as detail
from dashboards._filters import VARIABLES, chosen, gauge, increase, rate
from target_app import catalogue as m
from target_app.objectives import ORDER_LATENCY, WEBHOOK_LATENCY
from toolkit.dashboards import Dashboard, Panel, PanelState, PanelUnit, Query, Row, View
from toolkit.promql import RATE, SHOWN, quantile, ratio

# --- overview ------------------------------------------------------------------------

request_rate = Panel(
    title="Webhook request rate",
    help="Webhooks answered a second, whatever the answer.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    view=View.STAT,
    empty="No webhooks counted: is the service scraped?",
    queries=(Query("requests", f"sum({rate(m.WEBHOOK_REQUESTS)})"),),
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
            "accepted", ratio(f"sum({rate(m.ORDERS, status='success')})", f"sum({rate(m.ORDERS)})")
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
    empty="Not reported: is the service scraped?",
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

# --- webhooks ------------------------------------------------------------------------

processing_time = Panel(
    title="Processing duration",
    help="From the last byte received to the answer. The line is the objective for the P95.",
    unit=PanelUnit.SECONDS,
    line_at=WEBHOOK_LATENCY.seconds,
    empty="No webhooks in this time",
    queries=tuple(
        Query(
            f"P{q * 100:g}",
            quantile(q, m.WEBHOOK_DURATION, RATE, where=chosen(m.WEBHOOK_DURATION)),
        )
        for q in (0.5, 0.95, 0.99)
    ),
)
validation = Panel(
    title="Validation failures by reason",
    help="Webhooks refused because they were not what they should be.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    stacked=True,
    empty="None refused",
    queries=(Query("{{reason}}", f"sum by (reason) ({rate(m.VALIDATION_FAILURES)})"),),
)
signatures = Panel(
    title="Signature failures",
    help="Webhooks whose signature was missing or wrong. A burst may be an attack.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None failed",
    queries=(Query("{{source}}", f"sum by (source) ({rate(m.SIGNATURE_FAILURES)})"),),
)
confidence = Panel(
    title="Confidence filtering",
    help="Signals refused because their confidence was under the threshold.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None filtered",
    queries=(Query("{{source}}", f"sum by (source) ({rate(m.CONFIDENCE_FILTERED)})"),),
)

# --- orders --------------------------------------------------------------------------

order_time = Panel(
    title="Order execution duration",
    help="From the order's hand-over to the exchange until its answer. The line is the "
    "objective for the P95.",
    unit=PanelUnit.SECONDS,
    line_at=ORDER_LATENCY.seconds,
    empty="No orders in this time",
    queries=(
        Query(
            "P95 {{exchange}}",
            quantile(0.95, m.ORDER_DURATION, RATE, m.EXCHANGE, where=chosen(m.ORDER_DURATION)),
        ),
        Query(
            "average {{exchange}}",
            ratio(
                f"sum by (exchange) ({rate(m.ORDER_DURATION.sum)})",
                f"sum by (exchange) ({rate(m.ORDER_DURATION.count)})",
            ),
        ),
    ),
)
order_failures = Panel(
    title="Order failure rate by exchange",
    help="Share of the orders sent to each exchange that it refused or never answered.",
    unit=PanelUnit.SHARE,
    maximum=1,
    line_at=0.1,
    empty="No orders in this time",
    queries=(
        Query(
            "{{exchange}}",
            ratio(
                f"sum by (exchange) ({rate(m.ORDERS, status='failed')})",
                f"sum by (exchange) ({rate(m.ORDERS)})",
            ),
        ),
    ),
)
_BY_BOUND = f"sum by (le) ({increase(m.ORDER_SIZE.bucket, SHOWN)})"
order_size = Panel(
    title="Order size distribution",
    help="Accepted orders within the time shown, by value in US dollars: each bar counts the "
    "orders up to its bound and over the bound before.",
    unit=PanelUnit.COUNT,
    view=View.BAR_GAUGE,
    decimals=0,
    empty="No orders in this time",
    queries=(
        Query(
            "{{le}}",
            # A bound is written 10, not 10.0.
            rf'label_replace({_BY_BOUND}, "le", "$1", "le", "(.*)\\.0")',
            buckets=True,
        ),
    ),
)

# --- security ------------------------------------------------------------------------

_REFUSED = f"sum by (client) ({increase(m.RATE_LIMIT_REJECTIONS, SHOWN)})"
_JUDGED = f"sum by (client) ({increase(m.RATE_LIMIT_REQUESTS, SHOWN)})"
limited_clients = Panel(
    title="Top rate-limited clients",
    help="The ten clients that the rate limiter refused most within the time shown.",
    unit=PanelUnit.COUNT,
    view=View.TABLE,
    decimals=0,
    columns=("client",),
    empty="Nobody was over the limit",
    empty_until="a client sends more than its limit",
    queries=(
        Query("Refused", f"topk(10, {_REFUSED} > 0)"),
        Query("Sent", f"{_JUDGED} and topk(10, {_REFUSED} > 0)"),
        Query("Share refused", f"topk(10, {_REFUSED} > 0) / {_JUDGED}", unit=PanelUnit.SHARE),
    ),
)
breaker = Panel(
    title="Circuit breaker state",
    help="Open: no order is sent to the exchange. Half-open: a few are, to see whether it is back.",
    unit=PanelUnit.FACTOR,
    view=View.STATE_TIMELINE,
    states=(
        PanelState(0, "closed", "green"),
        PanelState(1, "half-open", "yellow"),
        PanelState(2, "open", "red"),
    ),
    queries=(
        Query("{{name}}", f"max by (name) ({m.BREAKER_STATE.where(**chosen(m.BREAKER_STATE))})"),
    ),
)
audit = Panel(
    title="Audit events",
    help="Security decisions written to the audit log within the time shown, by kind.",
    unit=PanelUnit.COUNT,
    view=View.PIE,
    decimals=0,
    empty="None written",
    queries=(
        Query("{{event_type}}", f"sum by (event_type) ({increase(m.AUDIT_EVENTS, SHOWN)}) > 0"),
    ),
)

# --- exchange health -----------------------------------------------------------------

api_latency = Panel(
    title="Exchange API latency",
    help="Time of each call to an exchange's API, failures included. Past the line an "
    "exchange queues.",
    unit=PanelUnit.SECONDS,
    line_at=0.5,
    empty="No calls in this time",
    queries=(
        Query(
            "P95 {{exchange}}",
            quantile(
                0.95, m.EXCHANGE_DURATION, RATE, m.EXCHANGE, where=chosen(m.EXCHANGE_DURATION)
            ),
        ),
        Query(
            "average {{exchange}}",
            ratio(
                f"sum by (exchange) ({rate(m.EXCHANGE_DURATION.sum)})",
                f"sum by (exchange) ({rate(m.EXCHANGE_DURATION.count)})",
            ),
        ),
    ),
)
api_errors = Panel(
    title="Exchange error rate",
    help="Share of the calls to each exchange's API that failed.",
    unit=PanelUnit.SHARE,
    maximum=1,
    line_at=0.05,
    empty="No calls in this time",
    queries=(
        Query(
            "{{exchange}}",
            ratio(
                f"sum by (exchange) ({rate(m.EXCHANGE_ERRORS)})",
                f"sum by (exchange) ({rate(m.EXCHANGE_CALLS)})",
            ),
        ),
    ),
)
connections = Panel(
    title="Exchange connections",
    help="Whether the last call to each exchange reached it.",
    unit=PanelUnit.FACTOR,
    view=View.STAT,
    states=(PanelState(0, "disconnected", "red"), PanelState(1, "connected", "green")),
    empty="No exchange is configured",
    queries=(Query("{{exchange}}", f"min by (exchange) ({gauge(m.EXCHANGE_CONNECTIONS)})"),),
)

DASHBOARD = Dashboard(
    uid="execution-pipeline",
    title="Execution pipeline",
    help="From a webhook's arrival to its order: is it fast, is it right, is it safe?",
    tags=("execution",),
    see=("execution-slo", "load-test", "stack-health", "trading-session", "trading-services"),
    variables=VARIABLES,
    rows=(
        Row("Overview", (request_rate, success_rate, active, latency)),
        Row("Webhooks", (processing_time, validation, signatures, confidence)),
        Row("Orders", (order_time, order_failures, order_size)),
        Row("Security", (limited_clients, breaker, audit)),
        Row("Exchange health", (api_latency, api_errors, connections)),
        *detail.ROWS,
    ),
)
