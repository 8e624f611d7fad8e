"""Whether the trading session knows what it may spend."""

from alerts import _causes as cause
from target_app.session import catalogue as m
from target_app.session.objectives import MOST_BUDGET_TIMEOUTS
from toolkit.alerts import Alert, Proof, Severity

BUDGET_REFRESH_TIMEOUTS = Alert(
    name="BudgetRefreshTimeouts",
    expr=f"sum(increase({m.BUDGET_TIMEOUTS}[5m])) > {MOST_BUDGET_TIMEOUTS}",
    hold="1m",
    severity=Severity.WARNING,
    component="session",
    summary="The venue does not tell the trading bot its balances.",
    description="{{ $value | humanize }} refreshes of the budget timed out within five minutes.",
    impact="The bot spends by an old balance: entries are refused, or sent without cover.",
    response="1. Read `budget_refresh_duration_seconds`. 2. Ask the venue for the balances by "
    "hand. 3. It answers slowly: raise budget_timeout_seconds. 4. It does not answer: turn "
    "global_trading off until it does.",
    because="One timeout is a slow answer. Six in five minutes are a venue that does not answer.",
    panel="Budget refresh timeouts",
    fired_by=cause.SLOW_BALANCES,
    proof=(
        Proof("two timeouts a minute", {str(m.BUDGET_TIMEOUTS): "0+2x40"}, at="20m", fires=True),
        Proof("one timeout a minute", {str(m.BUDGET_TIMEOUTS): "0+1x40"}, at="20m", fires=False),
        Proof("between two sessions", {}, at="20m", fires=False),
    ),
)
