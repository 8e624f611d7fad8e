"""Whether positions are looked at: what nobody looks at is not sold at its target."""

from alerts import _causes as cause
from target_app import catalogue as m
from toolkit.alerts import Alert, Proof, Severity, Waiver

_ROUNDS = m.PROTECTION_ROUNDS.where(exchange="binance")

POSITIONS_UNWATCHED = Alert(
    name="PositionsUnwatched",
    expr=f"min by (exchange) (increase({m.PROTECTION_ROUNDS}[5m])) == 0",
    hold="5m",
    severity=Severity.CRITICAL,
    component="protection",
    summary="Nobody looks at the positions at an exchange.",
    description="{{ $labels.exchange }}: in five minutes its positions were looked at {{ $value }} "
    "times.",
    impact="Positions are not sold at their targets, and entry orders that are filled get no "
    "stop-loss. Stops that rest at the exchange are executed all the same.",
    response="1. The log says why: `cannot be watched now` is the exchange, `positions are not "
    "watched` the journal, `broke off` a bug. 2. Where the exchange does not answer, see its "
    "status page, and watch the targets there by hand. 3. Where the log is silent, restart the "
    "service: it goes on from its journal.",
    because="A look takes a second, and a tenth of the time at most; with thousands of positions "
    "that is a look a minute. Ten minutes without one are no slowness, and outlast a restart. "
    "With `EXECUTION_WATCH_SECONDS` over a minute, make the range longer.",
    panel="Looks at positions",
    fired_by=cause.WATCH_STALLS,
    waive=(
        Waiver(
            "no-traffic", "Standing still is what it is for; the written cases prove both sides."
        ),
    ),
    proof=(
        Proof(
            "the watching stands still",
            {_ROUNDS: "0+15x20 300x40"},
            at="32m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof(
            "one of two exchanges cannot be asked",
            {
                _ROUNDS: "0+15x20 300x40",
                m.PROTECTION_ROUNDS.where(exchange="kraken"): "0+15x60",
            },
            at="32m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof(
            "one of two instances stands still",
            {
                m.PROTECTION_ROUNDS.where(exchange="binance", instance="a"): "0+15x60",
                m.PROTECTION_ROUNDS.where(exchange="binance", instance="b"): "0+15x20 300x40",
            },
            at="32m",
            fires=True,
            labels={"exchange": "binance"},
        ),
        Proof("a look a minute", {_ROUNDS: "0+1x60"}, at="32m", fires=False),
        Proof(
            "it stood still for seven minutes",
            {_ROUNDS: "0+15x20 300x7 315+15x30"},
            at="29m",
            fires=False,
        ),
    ),
)
