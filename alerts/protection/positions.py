"""Whether every position has the stop-loss and the way out that were asked for."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Severity

_UNPROTECTED = m.UNPROTECTED_POSITIONS.where(exchange="binance")

POSITION_UNPROTECTED = Alert(
    name="PositionUnprotected",
    expr=f"max by (exchange) ({m.UNPROTECTED_POSITIONS}) >= 1",
    hold="1m",
    keep_firing_for="2m",
    severity=Severity.CRITICAL,
    component="protection",
    summary="A position is open without the stop-loss or the exit that was asked for.",
    description="{{ $value }} positions at {{ $labels.exchange }} lack what should protect them.",
    impact="If the market turns, nothing sells: the loss has no bound.",
    response="1. Read `execution_protection_failures_total` by reason. 2. `insufficient_funds`: "
    "another order locks the coins; cancel it. 3. `network`, `timeout`, `unavailable`: the "
    "exchange's status page. 4. The service tries again by itself, each half minute at least; "
    "where that cannot help, place the stop, or close the position, at the exchange. The journal "
    "says which: `SELECT client_order_id, answer FROM orders WHERE state = 'resting'`.",
    because="The service tries again within seconds, so that a minute is four failures in a row. "
    "Two minutes more keep the page open between one position and the next.",
    panel="Positions",
    fired_by=cause.UNPROTECTED,
    proof=(
        Proof(
            "a stop cannot be placed",
            {_UNPROTECTED: "0x5 1x20"},
            at="8m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof(
            "of two processes only the one that watches knows of it",
            {
                m.UNPROTECTED_POSITIONS.where(exchange="binance", instance="a"): "0x20",
                m.UNPROTECTED_POSITIONS.where(exchange="binance", instance="b"): "0x5 2x20",
            },
            at="8m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof(
            "the second attempt placed it",
            {_UNPROTECTED: "0x20 1 0x60"},
            at="6m30s",
            fires=False,
            interval="15s",
        ),
        Proof(
            "it was placed five minutes ago",
            {_UNPROTECTED: "0x2 1x5 0x20"},
            at="13m",
            fires=False,
        ),
    ),
)
