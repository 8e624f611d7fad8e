"""Whether somebody is trying to get in."""

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
    impact="Either somebody guesses at our secret, or a sender holds a wrong one and none of its "
    "signals is traded.",
    response="1. Read the audit log for the addresses. 2. Known sender: check which secret it "
    "holds. 3. Unknown sender: block the address, then rotate the secret.",
    because="A sender with a stale secret retries a few times; twenty in five minutes is either "
    "an attack or a sender that trades nothing. No hold: a burst is over before one would end.",
    panel="Signature failures",
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
