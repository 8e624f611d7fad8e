"""The collapsed rows of the execution pipeline: what one opens once the first rows look wrong."""

from dashboards._filters import chosen, gauge, increase, rate
from target_app import catalogue as m
from toolkit.catalogue import one_of
from toolkit.dashboards import Panel, PanelState, PanelUnit, Query, Row, View
from toolkit.promql import RATE, SHOWN, quantile, ratio

answers = Panel(
    title="Webhooks by answer",
    help="Every webhook answered, by what became of it.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    stacked=True,
    empty="No webhooks in this time",
    queries=(Query("{{status}}", f"sum by (status) ({rate(m.WEBHOOK_REQUESTS)})"),),
)
_GOOD = m.WEBHOOK_REQUESTS.where(
    **chosen(m.WEBHOOK_REQUESTS), status=one_of("success", "duplicate")
)
success = Panel(
    title="Webhook success rate",
    help="Share of the webhooks that were traded, or had been before. Refusals count against it, "
    "whoever is to blame.",
    unit=PanelUnit.SHARE,
    maximum=1,
    line_at=0.95,
    bad_below=True,
    empty="No webhooks in this time",
    queries=(
        Query("success", ratio(f"sum(rate({_GOOD}[{RATE}]))", f"sum({rate(m.WEBHOOK_REQUESTS)})")),
    ),
)
processing_heat = Panel(
    title="Processing duration distribution",
    help="How many webhooks took how long: two bands mean two kinds of traffic, which no "
    "percentile shows.",
    unit=PanelUnit.SECONDS,
    view=View.HEATMAP,
    queries=(
        Query("{{le}}", f"sum by (le) ({increase(m.WEBHOOK_DURATION.bucket, RATE)})", buckets=True),
    ),
)
stale = Panel(
    title="Stale webhooks",
    help="Webhooks refused because their timestamp was too old or in the future.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None refused",
    queries=(Query("{{source}}", f"sum by (source) ({rate(m.STALE_REJECTED)})"),),
)
problems = Panel(
    title="Validation problems by field",
    help="Every problem found within the time shown; one webhook may have several.",
    unit=PanelUnit.COUNT,
    view=View.TABLE,
    decimals=0,
    columns=("field", "type"),
    empty="No problem found",
    empty_until="a webhook fails validation",
    queries=(
        Query("Problems", f"sum by (field, type) ({increase(m.VALIDATION_ERRORS, SHOWN)}) > 0"),
    ),
)
normalisations = Panel(
    title="Normalisations",
    help="Values rewritten into the one form that the service uses, by kind.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None rewritten",
    queries=(Query("{{type}}", f"sum by (type) ({rate(m.NORMALIZATIONS)})"),),
)
nan_replacements = Panel(
    title="NaN replacements",
    help="NaN and infinite values replaced by the field's default. A climb is a broken feed.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None replaced",
    queries=(Query("{{field}}", f"sum by (field) ({rate(m.NAN_REPLACEMENTS)})"),),
)

orders = Panel(
    title="Orders by type",
    help="Orders sent to an exchange, whatever it answered.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    stacked=True,
    empty="No orders in this time",
    queries=(Query("{{type}}", f"sum by (type) ({rate(m.ORDERS)})"),),
)
failure_reasons = Panel(
    title="Order failures by reason",
    help="Orders that an exchange refused or that did not reach it.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    stacked=True,
    empty="None failed",
    queries=(Query("{{reason}}", f"sum by (reason) ({rate(m.ORDER_FAILURES)})"),),
)
position_size = Panel(
    title="Position size",
    help="Size of the positions, in percent of capital, by the method that sized them.",
    unit=PanelUnit.PERCENT,
    empty="No positions in this time",
    queries=(
        Query(
            "P95 {{method}}",
            # Methods that were not used have no value, and need no line.
            f"{quantile(0.95, m.POSITION_SIZE, RATE, *m.POSITION_SIZE.labels)} >= 0",
        ),
        Query(
            "average {{method}}",
            ratio(
                f"sum by (method) ({rate(m.POSITION_SIZE.sum)})",
                f"sum by (method) ({rate(m.POSITION_SIZE.count)})",
            ),
        ),
    ),
)

positions = Panel(
    title="Positions",
    help="Positions whose stop-loss or target is watched, and those among them that lack what "
    "should protect them.",
    unit=PanelUnit.COUNT,
    line_at=1,
    empty="Not reported: is the service scraped?",
    queries=(
        Query("watched {{exchange}}", f"max by (exchange) ({gauge(m.WATCHED_POSITIONS)})"),
        Query("unprotected {{exchange}}", f"max by (exchange) ({gauge(m.UNPROTECTED_POSITIONS)})"),
    ),
)
protection_failures = Panel(
    title="Protection failures",
    help="Attempts to place a stop-loss, or to sell at a target, that failed.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None failed",
    queries=(
        Query("{{type}} {{reason}}", f"sum by (type, reason) ({rate(m.PROTECTION_FAILURES)})"),
    ),
)
watching = Panel(
    title="Looks at positions",
    help="How often all watched positions at an exchange were looked at. Nothing for ten minutes: "
    "PositionsUnwatched fires.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="Not reported: is the service scraped?",
    queries=(Query("{{exchange}}", f"sum by (exchange) ({rate(m.PROTECTION_ROUNDS)})"),),
)

halted = Panel(
    title="Trading halted",
    help="Whether a person has stopped all new orders.",
    unit=PanelUnit.FACTOR,
    view=View.STATE_TIMELINE,
    states=(PanelState(0, "no", "green"), PanelState(1, "yes", "red")),
    queries=(Query("halted", f"max({m.HALTED})"),),
)

limiter = Panel(
    title="Rate limiter",
    help="Requests that the rate limiter judged, and those among them that it refused.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    empty="None judged",
    queries=(
        Query("judged", f"sum({rate(m.RATE_LIMIT_REQUESTS)})"),
        Query("refused", f"sum({rate(m.RATE_LIMIT_REJECTIONS)})"),
    ),
)
addresses = Panel(
    title="Address checks",
    help="Client addresses checked against the allow-list, and requests refused for theirs.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    empty="None checked",
    queries=(
        Query("{{result}}", f"sum by (result) ({rate(m.IP_CHECKS)})"),
        Query("requests refused", f"sum({rate(m.IP_REJECTIONS)})"),
    ),
)
breaker_moves = Panel(
    title="Circuit breaker transitions",
    help="Changes of state within the time shown. Many between open and half-open: the exchange "
    "comes and goes.",
    unit=PanelUnit.COUNT,
    view=View.TABLE,
    decimals=0,
    columns=("name", "from_state", "to_state"),
    empty="No breaker moved",
    empty_until="a circuit breaker changes its state",
    queries=(
        Query(
            "Times",
            f"sum by (name, from_state, to_state) ({increase(m.BREAKER_TRANSITIONS, SHOWN)}) > 0",
        ),
    ),
)
breaker_rejections = Panel(
    title="Orders refused by open breakers",
    help="Orders that were not sent because the exchange's circuit breaker was open.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="None refused",
    queries=(Query("{{name}}", f"sum by (name) ({rate(m.BREAKER_REJECTIONS)})"),),
)

calls = Panel(
    title="Exchange API calls",
    help="Calls to each exchange's API by endpoint, retries included.",
    unit=PanelUnit.REQUESTS_PER_SECOND,
    empty="No calls in this time",
    queries=(
        Query(
            "{{exchange}} {{endpoint}}", f"sum by (exchange, endpoint) ({rate(m.EXCHANGE_CALLS)})"
        ),
    ),
)
errors = Panel(
    title="Exchange errors by kind",
    help="Calls to an exchange's API that failed, by kind of error.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    stacked=True,
    empty="None failed",
    queries=(
        Query("{{exchange}} {{type}}", f"sum by (exchange, type) ({rate(m.EXCHANGE_ERRORS)})"),
    ),
)
journal = Panel(
    title="Journal write duration",
    help="Time to make one group of journal entries durable. Every order waits for it.",
    unit=PanelUnit.SECONDS,
    empty="Nothing written in this time",
    queries=tuple(
        Query(f"P{q * 100:g}", quantile(q, m.JOURNAL_DURATION, RATE)) for q in (0.5, 0.95, 0.99)
    ),
)
intents = Panel(
    title="Open intents",
    help="Orders written down whose result is not known yet. It returns to zero when all is well.",
    unit=PanelUnit.COUNT,
    empty="Not reported: is the service scraped?",
    queries=(Query("open", f"sum({m.OPEN_INTENTS})"),),
)
OFF_ON = (PanelState(0, "no", "green"), PanelState(1, "yes", "red"))
exceptional = Panel(
    title="Exceptional states",
    help="Whether the rate limit runs without Redis, a process drains, or a drill's fault is set.",
    unit=PanelUnit.FACTOR,
    view=View.STATE_TIMELINE,
    states=OFF_ON,
    queries=(
        Query("rate limit without Redis", f"max({m.RATE_LIMIT_FALLBACK})"),
        Query("draining", f"clamp_max(max({m.DRAINING}), 1)"),
        Query("fault: {{fault}}", f"max by (fault) ({m.FAULTS_ACTIVE})"),
    ),
)
build = Panel(
    title="Running build",
    help="Which build runs where; two lines during a rolling deployment.",
    unit=PanelUnit.COUNT,
    view=View.TABLE,
    columns=("version", "python"),
    empty="Not reported: is the service scraped?",
    queries=(Query("Instances", f"count by (version, python) ({m.BUILD_INFO})"),),
)
journal_errors = Panel(
    title="Journal and audit log write errors",
    help="Groups of journal entries that could not be written, whose orders were refused; and "
    "lines of the audit log that were given up.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="Not reported: is the service scraped?",
    queries=(
        Query("journal", f"sum({rate(m.JOURNAL_ERRORS)})"),
        Query("audit log", f"sum({rate(m.AUDIT_LINES_LOST)})"),
    ),
)
reconciled = Panel(
    title="Reconciled intents",
    help="Orders of unknown fate that were settled by asking the exchange, after a restart or "
    "a lost answer.",
    unit=PanelUnit.EVENTS_PER_SECOND,
    empty="Not reported: is the service scraped?",
    queries=(Query("{{result}}", f"sum by (result) ({rate(m.RECONCILED)})"),),
)

ROWS = (
    Row("Webhooks in detail", (answers, success, processing_heat, stale), collapsed=True),
    Row("Input quality in detail", (problems, normalisations, nan_replacements), collapsed=True),
    Row("Orders in detail", (orders, failure_reasons, position_size), collapsed=True),
    Row(
        "Security in detail",
        (limiter, addresses, breaker_moves, breaker_rejections),
        collapsed=True,
    ),
    Row("Protection in detail", (positions, protection_failures, watching, halted), collapsed=True),
    Row("Exchanges in detail", (calls, errors), collapsed=True),
    Row("Service in detail", (journal, intents, build), collapsed=True),
    Row("Out of the ordinary", (exceptional, journal_errors, reconciled), collapsed=True),
)
