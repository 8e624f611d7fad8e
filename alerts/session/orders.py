"""Whether the trading session's orders are filled, and whether their failures can be seen."""

from alerts import _causes as cause
from target_app.session import catalogue as m
from target_app.session.objectives import ENOUGH_ORDERS, LEAST_FILL_RATE
from toolkit.alerts import Alert, Proof, Severity
from toolkit.promql import ratio

_SENT = m.ORDERS_SENT.where(symbol="BTC/USDT", side="buy")
_FILLED = m.ORDERS_FILLED.where(symbol="BTC/USDT", side="buy")

LOW_FILL_RATE = Alert(
    name="LowFillRate",
    expr=ratio(
        f"sum(increase({m.ORDERS_FILLED}[5m]))",
        f"sum(increase({m.ORDERS_SENT}[5m]))",
        above=ENOUGH_ORDERS,
    )
    + f" < {LEAST_FILL_RATE}",
    hold="1m",
    severity=Severity.WARNING,
    component="session",
    summary="Few of the trading bot's orders are filled.",
    description="{{ $value | humanizePercentage }} of the orders of the last five minutes were "
    "filled; 30% are the least.",
    impact="The bot sends orders and holds no positions: its strategy is not being tested.",
    response="1. Read `orders_failed_total` by error_code. 2. `unfilled`: the limit is too far "
    "from the market; look at max_slippage_bps_entry. 3. `insufficient_funds`: the account. "
    "4. `network` or `timeout`: the venue. 5. Judge the session: toolkit session --judge FOLDER.",
    because="Two in three orders are usual, one in three is a market that runs away. Ten orders "
    "in five minutes, and a minute more, say that it was not chance.",
    panel="Fill rate",
    fired_by=cause.REFUSED_BY_PAPER,
    proof=(
        Proof("one order in five is filled", {_SENT: "0+10x30", _FILLED: "0+2x30"}, at="20m",
              fires=True),
        Proof("two orders in three are filled", {_SENT: "0+9x30", _FILLED: "0+6x30"}, at="20m",
              fires=False),
        Proof("one order a minute, none filled", {_SENT: "0+1x30", _FILLED: "0x30"}, at="20m",
              fires=False),
        Proof("between two sessions", {}, at="20m", fires=False),
    ),
)  # fmt: skip

SESSION_SILENT_FAILURES = Alert(
    name="SessionSilentFailures",
    expr=f"sum(increase({m.SILENT_FAILURES}[5m])) > 0",
    severity=Severity.WARNING,
    component="session",
    summary="Orders of the trading bot fail without an ERROR event.",
    description="{{ $value | humanize }} failed orders of the last five minutes left no ERROR "
    "event.",
    impact="Nobody who reads the log sees that orders fail; the next fault stays unnoticed.",
    response="1. Judge the session: toolkit session --judge FOLDER names the orders. 2. Look at "
    "the last change of the order router. 3. Roll it back; the regression must pass again.",
    because="Every failed order has an ERROR event, so that one without is a fault of the code.",
    panel="Silent failures",
    fired_by=cause.FAILURES_UNSEEN,
    proof=(
        Proof(
            "one failure without an event",
            {str(m.SILENT_FAILURES): "0x10 1x20"},
            at="12m",
            fires=True,
        ),
        Proof("it was long ago", {str(m.SILENT_FAILURES): "0x10 1x20"}, at="20m", fires=False),
        Proof("between two sessions", {}, at="20m", fires=False),
    ),
)
