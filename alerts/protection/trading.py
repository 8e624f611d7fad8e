"""Whether orders are taken at all, by decision of a person."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Severity

TRADING_HALTED = Alert(
    name="TradingHalted",
    expr=f"max({m.HALTED}) == 1",
    keep_firing_for="1m",
    severity=Severity.WARNING,
    component="protection",
    summary="A person has stopped all new orders.",
    description="New orders are refused (halted: {{ $value }}), until a person lifts it.",
    impact="No signal is traded, those that would close a position included. Stops stay at their "
    "exchanges, and targets are watched.",
    response="1. `GET /admin/halt` says since when and why. 2. Look at the open positions. 3. When "
    "the reason is gone, `DELETE /admin/halt`.",
    because="It is a decision, and no fault: it is told at once, so that it is not forgotten.",
    panel="Trading halted",
    fired_by=cause.HALTED,
    proof=(
        Proof("it is stopped", {m.HALTED.where(): "0x5 1x20"}, at="6m", fires=True),
        Proof(
            "it was lifted three minutes ago", {m.HALTED.where(): "1x5 0x20"}, at="8m", fires=False
        ),
        Proof(
            "one of two instances was stopped",
            {
                m.HALTED.where(instance="a"): "0x20",
                m.HALTED.where(instance="b"): "0x5 1x20",
            },
            at="8m",
            fires=True,
        ),
    ),
)
