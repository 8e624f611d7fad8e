"""What the service's answers are called, and which counter each must have moved.

Read by the toolkit, which starts scenarios and never imports one: nothing here may import
locust.
"""

from target_app import catalogue as m
from toolkit.load.definitions import AnswerCounter, AnswerKind, LoadDefinitions, ServiceChart
from toolkit.promql import RATE, quantile

VALIDATION = ("validation", "not_json", "too_large")
# Every code of an answer, by the status that the service counts it under.
CODES = {
    "success": ("200",),
    "duplicate": ("duplicate",),
    "invalid": (*VALIDATION, "id_reused", "not_found", "method_not_allowed", "nothing_held"),
    "unauthorized": ("invalid_signature", "invalid_token"),
    "forbidden": ("forbidden",),
    "stale": ("stale",),
    "low_confidence": ("low_confidence",),
    "rate_limited": ("rate_limited",),
    "circuit_open": ("circuit_open",),
    "error": (
        "exchange_refused",
        "exchange_failed",
        "exchange_busy",
        "halted",
        "outcome_unknown",
        "not_placed",
        "draining",
        "not_ready",
        "in_progress",
        "unavailable",
        "internal",
    ),
}

LOAD = LoadDefinitions(
    normal="normal",
    sustained="sustained",
    failures=("signature_failure", "validation_failure"),
    rate_limit=("rate_limit",),
    secret="EXECUTION_WEBHOOK_SECRETS",  # noqa: S106 - a variable's name
    answers=(
        AnswerKind("Signature failures", CODES["unauthorized"]),
        AnswerKind("Validation failures", VALIDATION),
        AnswerKind("Rate-limited", CODES["rate_limited"]),
        AnswerKind("Low confidence", CODES["low_confidence"]),
        AnswerKind("Stale", CODES["stale"]),
        AnswerKind("Duplicates", CODES["duplicate"]),
    ),
    counters=(
        *(
            AnswerCounter(f"answers: {status}", codes, m.WEBHOOK_REQUESTS, {"status": (status,)})
            for status, codes in CODES.items()
        ),
        AnswerCounter(
            "orders: one for each 200 that is not a duplicate",
            CODES["success"],
            m.ORDERS,
            {"type": ("market", "limit"), "status": ("success",)},
        ),
        AnswerCounter("rejections: signature", ("invalid_signature",), m.SIGNATURE_FAILURES),
        AnswerCounter("rejections: validation", VALIDATION, m.VALIDATION_FAILURES),
        AnswerCounter("rejections: stale", CODES["stale"], m.STALE_REJECTED),
        AnswerCounter("rejections: confidence", CODES["low_confidence"], m.CONFIDENCE_FILTERED),
        AnswerCounter("rejections: rate limit", CODES["rate_limited"], m.RATE_LIMIT_REJECTIONS),
        AnswerCounter("rejections: allow-list", CODES["forbidden"], m.IP_REJECTIONS),
    ),
    charts=(
        ServiceChart(
            "Answers of the service",
            "/s",
            f"sum by (status) (rate({m.WEBHOOK_REQUESTS}[{RATE}]))",
        ),
        ServiceChart("Time to answer, P95", "s", quantile(0.95, m.WEBHOOK_DURATION, RATE)),
        ServiceChart("Webhooks being processed", "", f"sum({m.ACTIVE_REQUESTS})"),
    ),
)
