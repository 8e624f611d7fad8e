"""Whether strangers try to get in, and whether clients keep to their limits."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Severity

SIGNATURE_VERIFICATION_FAILURES = Alert(
    name="SignatureVerificationFailures",
    expr=f"sum by (source) (increase({m.SIGNATURE_FAILURES}[5m])) > 20",
    severity=Severity.CRITICAL,
    component="security",
    summary="Webhooks arrive with wrong signatures in a burst.",
    description="{{ $value | humanize }} webhooks from {{ $labels.source }} failed verification "
    "within five minutes.",
    impact="Either a stranger guesses our secret, or a sender holds a wrong one and none of its "
    "signals is traded.",
    response="1. Read the audit log for the addresses. 2. Known sender: check which secret it "
    "holds. 3. Unknown sender: block the address, then rotate the secret.",
    because="A sender with a stale secret retries a few times; twenty in five minutes is either "
    "an attack or a sender that trades nothing. No hold: a burst is over before a hold would be.",
    panel="Signature failures",
    fired_by=cause.FORGED,
    proof=(
        Proof(
            "thirty failures within five minutes",
            {m.SIGNATURE_FAILURES.where(source="tradingview"): "0x10 0+6x5 30x10"},
            at="15m",
            fires=True,
            labels={"source": "tradingview"},
        ),
        Proof(
            "the counter restarts while failures go on",
            {m.SIGNATURE_FAILURES.where(source="tradingview"): "100+10x10 0+10x10"},
            at="13m",
            fires=True,
        ),
        Proof(
            "two failures a minute",
            {m.SIGNATURE_FAILURES.where(source="tradingview"): "0+2x30"},
            at="20m",
            fires=False,
        ),
        Proof(
            "a restart sets the counter back to zero",
            {m.SIGNATURE_FAILURES.where(source="tradingview"): "500x10 0x10"},
            at="12m",
            fires=False,
        ),
    ),
)

RATE_LIMIT_REJECTIONS = Alert(
    name="RateLimitRejections",
    expr=f"sum by (client) (increase({m.RATE_LIMIT_REJECTIONS}[5m])) > 100",
    severity=Severity.WARNING,
    component="security",
    summary="A client ignores its rate limit.",
    description="{{ $labels.client }} was refused {{ $value | humanize }} times in five minutes.",
    impact="Its signals are not traded. If it is an attack, it costs us processing time.",
    response="1. Known client: ask its owner why it does not wait for Retry-After. 2. Its need has "
    "grown: raise the limit. 3. Unknown client: block the address.",
    because="A client that waits as Retry-After says is refused a few times a minute; a "
    "hundred in five minutes is one that does not wait. The count over five minutes is the hold.",
    panel="Top rate-limited clients",
    fired_by=cause.GREEDY,
    proof=(
        Proof(
            "a client sends 750 requests a second for five seconds",
            {m.RATE_LIMIT_REJECTIONS.where(client="192.0.2.7"): "0x40 3640x20"},
            at="10m45s",
            fires=True,
            labels={"client": "192.0.2.7"},
            interval="15s",
        ),
        Proof(
            "ten clients are refused ten times a minute together",
            {m.RATE_LIMIT_REJECTIONS.where(client=f"192.0.2.{n}"): "0+1x30" for n in range(10)},
            at="20m",
            fires=False,
        ),
        Proof(
            "the burst was six minutes ago",
            {m.RATE_LIMIT_REJECTIONS.where(client="192.0.2.7"): "0x40 3640x40"},
            at="16m30s",
            fires=False,
            interval="15s",
        ),
    ),
)

IP_WHITELIST_REJECTIONS = Alert(
    name="IPWhitelistRejections",
    expr=f"sum(increase({m.IP_REJECTIONS}[5m])) > 10",
    severity=Severity.WARNING,
    component="security",
    summary="Requests come from addresses that are not on the allow-list.",
    description="{{ $value | humanize }} requests from unknown addresses were refused within "
    "five minutes.",
    impact="Either a stranger tries to get in, or a sender moved and none of its signals is "
    "traded.",
    response="1. Read the audit log for the addresses. 2. A sender that moved: add its new "
    "address. 3. TradingView: compare with the list it publishes. 4. A stranger: leave it refused.",
    because="A scan of the internet reaches us once or twice; ten in five minutes are aimed at "
    "us. The count over five minutes is the hold.",
    panel="Address checks",
    fired_by=cause.STRANGERS,
    proof=(
        Proof(
            "one request every ten seconds", {f"{m.IP_REJECTIONS}": "0+6x30"}, at="10m", fires=True
        ),
        Proof(
            "a scan touches us twice", {f"{m.IP_REJECTIONS}": "0x10 1 2x20"}, at="13m", fires=False
        ),
    ),
)
