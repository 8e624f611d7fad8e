"""Whether webhooks are answered in time, and are what we expect."""

from alerts import _causes as cause
from target_app import catalogue as m
from target_app.objectives import WEBHOOK_LATENCY
from toolkit.alerts import Alert, Proof, Recording, Severity
from toolkit.promql import quantile, ratio

P95_BY_SOURCE = Recording(
    name="source:execution_webhook_processing_duration:p95_rate5m",
    expr=quantile(WEBHOOK_LATENCY.quantile, m.WEBHOOK_DURATION, "5m", m.SOURCE),
    because="Thirteen buckets of five sources are summed once, not in every query.",
)
REQUESTS = Recording(
    name="status:execution_webhook_requests:rate5m",
    expr=f"sum by (status) (rate({m.WEBHOOK_REQUESTS}[5m]))",
    because="Hundreds of series (source, symbol, status) stand behind every ratio below.",
)
# Under three webhooks a minute, one bad webhook would be a third of the traffic.
ENOUGH_TRAFFIC = 0.05
# Where the gauge on the dashboard turns red, too.
BUSY_REQUESTS = 50

HIGH_WEBHOOK_LATENCY = Alert(
    name="HighWebhookLatency",
    expr=f"{P95_BY_SOURCE} > {WEBHOOK_LATENCY.seconds}",
    hold="5m",
    severity=Severity.WARNING,
    component="webhook",
    summary="Webhooks are answered slowly.",
    description="{{ $labels.source }}: P95 is {{ $value | humanizeDuration }}; "
    "the objective is 100 ms.",
    impact="Orders reach the exchange late; strategies trade on old prices.",
    response="1. Compare with exchange API latency: if both rose, the exchange is slow. "
    "2. Otherwise read active requests for saturation. 3. Shed load or add a worker.",
    because="The bound is the objective. Five minutes hold twenty scrapes and outlast a restart.",
    panel="Processing duration",
    fired_by=cause.SLOW_HANDLER,
    proof=(
        Proof(
            "every answer takes between 100 and 250 ms",
            {
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.1"): "0x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.25"): "0+60x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="+Inf"): "0+60x30",
            },
            at="20m",
            fires=True,
            labels={"source": "tradingview"},
        ),
        Proof(
            "the same, but for four minutes only",
            {
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.1"): "0x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.25"): "0+60x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="+Inf"): "0+60x30",
            },
            at="4m",
            fires=False,
        ),
        Proof(
            "exactly 95 of 100 answers within the objective",
            {
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.1"): "0+95x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.25"): "0+100x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="+Inf"): "0+100x30",
            },
            at="20m",
            fires=False,
        ),
        Proof(
            "94 of 100 answers within the objective",
            {
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.1"): "0+94x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.25"): "0+100x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="+Inf"): "0+100x30",
            },
            at="20m",
            fires=True,
        ),
        Proof("no traffic", {}, at="20m", fires=False),
        Proof(
            "all series at zero, as after a start",
            {
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="0.1"): "0x30",
                m.WEBHOOK_DURATION.bucket.where(source="tradingview", le="+Inf"): "0x30",
            },
            at="20m",
            fires=False,
        ),
    ),
)

_INVALID = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="other", status="invalid")
_VALID = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="BTC/USDT", status="success")
_FILTERED = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="BTC/USDT", status="low_confidence")

HIGH_VALIDATION_FAILURE_RATE = Alert(
    name="HighValidationFailureRate",
    expr=f"""{ratio(f'sum({REQUESTS}{{status="invalid"}})', f"sum({REQUESTS})",
                    above=ENOUGH_TRAFFIC)} > 0.1""",
    hold="5m",
    severity=Severity.WARNING,
    component="webhook",
    summary="Many webhooks fail validation.",
    description="{{ $value | humanizePercentage }} of all webhooks are refused as invalid.",
    impact="Signals are lost: a strategy believes that it traded, and did not.",
    response="1. Read validation failures by reason. 2. Find the sender in the service's log. "
    "3. A changed template or client is the usual cause; ask its owner to undo it.",
    because="One bad webhook in ten is a broken sender, not a slip. Five minutes outlast one "
    "sender's burst of retries.",
    panel="Validation failures by reason",
    fired_by=cause.INVALID,
    proof=(
        Proof("one in five is invalid", {_INVALID: "0+12x30", _VALID: "0+48x30"}, at="20m",
              fires=True),
        Proof("exactly one in ten is invalid", {_INVALID: "0+6x30", _VALID: "0+54x30"}, at="20m",
              fires=False),
        Proof("11 of 100 are invalid", {_INVALID: "0+11x30", _VALID: "0+89x30"}, at="20m",
              fires=True),
        Proof("one invalid webhook in a quiet hour", {_INVALID: "0x10 1x20", _VALID: "0x30"},
              at="13m", fires=False),
        Proof("half are invalid, for three minutes", {_INVALID: "0+30x3 90x30", _VALID: "0+30x30"},
              at="4m", fires=False),
        Proof("no traffic", {}, at="20m", fires=False),
    ),
)  # fmt: skip

_SUCCESS = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="BTC/USDT", status="success")
_ERROR = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="BTC/USDT", status="error")
_DUPLICATE = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="BTC/USDT", status="duplicate")
_REFUSED = m.WEBHOOK_REQUESTS.where(source="ml_model", symbol="BTC/USDT", status="circuit_open")

LOW_WEBHOOK_SUCCESS_RATE = Alert(
    name="LowWebhookSuccessRate",
    expr=f"""{ratio(f'sum({REQUESTS}{{status=~"success|duplicate"}})',
                    f'sum({REQUESTS}{{status=~"success|duplicate|error|circuit_open"}})',
                    above=ENOUGH_TRAFFIC)} < 0.95""",
    hold="5m",
    severity=Severity.WARNING,
    component="webhook",
    summary="Webhooks that should become orders do not.",
    description="Only {{ $value | humanizePercentage }} of the webhooks that we took became "
    "orders.",
    impact="Valid signals are lost, and the fault is ours or an exchange's.",
    response="1. Read order failures by reason and exchange. 2. `circuit_open`: an exchange is "
    "down, and its own alert says which. 3. `error` without order failures: the service's log.",
    because="Refusals that the API documents (signature, staleness, confidence) are left out, so "
    "that what remains is our fault or the exchange's. One in twenty is more than retries explain.",
    panel="Webhook success rate",
    fired_by=cause.REFUSED_ORDERS,
    proof=(
        Proof("one in ten ends in an error", {_ERROR: "0+6x30", _SUCCESS: "0+54x30"}, at="20m",
              fires=True),
        Proof("one in fifty ends in an error", {_ERROR: "0+1x30", _SUCCESS: "0+49x30"}, at="20m",
              fires=False),
        Proof("one in ten meets an open breaker", {_REFUSED: "0+6x30", _SUCCESS: "0+54x30"},
              at="20m", fires=True),
        Proof("half are filtered or invalid, the rest become orders",
              {_FILTERED: "0+20x30", _INVALID: "0+10x30", _SUCCESS: "0+30x30"}, at="20m",
              fires=False),
        Proof("repeated webhooks count as answered", {_DUPLICATE: "0+30x30", _SUCCESS: "0+30x30"},
              at="20m", fires=False),
        Proof("among repeated webhooks, one in ten ends in an error",
              {_DUPLICATE: "0+40x30", _SUCCESS: "0+50x30", _ERROR: "0+10x30"}, at="20m",
              fires=True),
        Proof("one error in a quiet hour", {_ERROR: "0x10 1x20", _SUCCESS: "0x30"}, at="13m",
              fires=False),
    ),
)  # fmt: skip

LOW_CONFIDENCE_FILTERING = Alert(
    name="LowConfidenceFiltering",
    expr=f"""{ratio(f'sum({REQUESTS}{{status="low_confidence"}})', f"sum({REQUESTS})",
                    above=ENOUGH_TRAFFIC)} > 0.5""",
    hold="10m",
    severity=Severity.INFO,
    component="webhook",
    summary="Most signals are filtered for low confidence.",
    description="{{ $value | humanizePercentage }} of all webhooks are under the confidence "
    "threshold.",
    impact="Little is traded. A model that has drifted looks exactly like this.",
    response="1. Read confidence filtering by source. 2. Ask the owner of the model whether it was "
    "retrained. 3. Compare the threshold with the one agreed.",
    because="The reference traffic filters a fifth; half is more than a change of market explains.",
    panel="Confidence filtering",
    fired_by=cause.UNSURE,
    proof=(
        Proof("four of five are filtered", {_FILTERED: "0+48x40", _VALID: "0+12x40"}, at="30m",
              fires=True),
        Proof("exactly half are filtered", {_FILTERED: "0+30x40", _VALID: "0+30x40"}, at="30m",
              fires=False),
        Proof("51 of 100 are filtered", {_FILTERED: "0+51x40", _VALID: "0+49x40"}, at="30m",
              fires=True),
        Proof("four of five, for eight minutes", {_FILTERED: "0+48x40", _VALID: "0+12x40"},
              at="8m", fires=False),
        Proof("no traffic", {}, at="30m", fires=False),
    ),
)  # fmt: skip

HIGH_ACTIVE_REQUESTS = Alert(
    name="HighActiveRequests",
    expr=f"sum({m.ACTIVE_REQUESTS}) > {BUSY_REQUESTS}",
    hold="2m",
    severity=Severity.INFO,
    component="webhook",
    summary="Many webhooks are in progress at once.",
    description="{{ $value }} webhooks are being processed now.",
    impact="None yet: answers become slow next.",
    response="1. Compare with the request rate: if it rose, this is load. 2. If it did not, "
    "something below is slow: exchange API latency, then the journal. 3. Add a worker.",
    because="A thousand webhooks a second at 10 ms each are ten in progress; fifty are five times "
    "that. Two minutes are eight scrapes, so that one burst does not count.",
    panel="Active requests",
    fired_by=cause.SLOW_HANDLER,
    proof=(
        Proof("eighty in progress", {f"{m.ACTIVE_REQUESTS}": "80x20"}, at="5m", fires=True),
        Proof("two replicas with thirty each",
              {f'{m.ACTIVE_REQUESTS}{{instance="a"}}': "30x20",
               f'{m.ACTIVE_REQUESTS}{{instance="b"}}': "30x20"}, at="5m", fires=True),
        Proof("a burst of one minute", {f"{m.ACTIVE_REQUESTS}": "5x20 90x3 5x40"}, at="6m",
              fires=False, interval="15s"),
    ),
)  # fmt: skip
