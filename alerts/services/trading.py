"""Whether the trading services may trade, and whether their model still holds."""

from alerts import _causes as cause
from target_app.services.analytics_os import catalogue as analytics
from target_app.services.analytics_os.drift import SIGNIFICANT
from target_app.services.exec_risk import catalogue as m
from toolkit.alerts import Alert, Proof, Severity, Waiver

_BETWEEN_SCRAPES = "Scrapes come every quarter of a minute, so that the hold ends with one of them."

EMERGENCY_STOP = Alert(
    name="EmergencyStop",
    expr=f"max({m.STOPPED}) == 1",
    hold="30s",
    severity=Severity.CRITICAL,
    component="trading",
    summary="Trading is stopped until a person lifts it.",
    description="exec-risk opens no position (emergency stop is {{ $value }}).",
    impact="Every signal that would open a position is refused. Positions that are held can "
    "still be closed.",
    response="1. `curl` /health of exec-risk: it says who or what has stopped trading, and why. "
    "2. Agree with the desk that the reason is gone. 3. Lift it: `DELETE /admin/emergency-stop` "
    'with {"by": "your name"}; that is kept in the audit log.',
    because="A stop is never an accident of measurement; two scrapes are enough.",
    panel="Emergency stop",
    fired_by=cause.STOPPED_TRADING,
    proof=(
        Proof("trading is stopped", {str(m.STOPPED): "1x20"}, at="5m", fires=True),
        Proof("it is not", {str(m.STOPPED): "0x20"}, at="5m", fires=False),
    ),
)
DAILY_LOSS_LIMIT = Alert(
    name="DailyLossLimit",
    expr=f"max({m.DAILY_PNL}) <= -max({m.LOSS_LIMIT})",
    hold="1m",
    severity=Severity.CRITICAL,
    component="trading",
    summary="Today's loss is at its limit, and no position is opened any more.",
    description="The result since midnight UTC is {{ $value | humanize }} USD.",
    impact="Signals are refused by the rule daily_loss until midnight UTC. A further loss stops "
    "trading altogether.",
    response="1. Read the result by symbol in exec-risk's /positions and log. 2. Is the model "
    "wrong, or the market? ModelDrift says something of the first. 3. Close what is held, or "
    "leave it to its time; do not raise the limit on the same day.",
    because="The limit is exec-risk's own, which it exports; a minute keeps one late figure out.",
    panel="Result of the day",
    fired_by=cause.DAILY_LOSS,
    waive=(
        Waiver("boundaries", "It compares two series; the written cases stand on both sides."),
        Waiver("mutant: for 1m → 45s", _BETWEEN_SCRAPES),
        Waiver("mutant: for 1m → 75s", _BETWEEN_SCRAPES),
    ),
    proof=(
        Proof("the loss is three quarters of a minute old",
              {str(m.DAILY_PNL): "0x8 -2000x8", str(m.LOSS_LIMIT): "2000x17"},
              at="3m", fires=False, interval="15s"),
        Proof("the loss is a minute old",
              {str(m.DAILY_PNL): "0x8 -2000x8", str(m.LOSS_LIMIT): "2000x17"},
              at="3m30s", fires=True, interval="15s"),
        Proof("the loss is the limit", {str(m.DAILY_PNL): "-2000x20", str(m.LOSS_LIMIT): "2000x20"},
              at="10m", fires=True),
        Proof("a cent is left", {str(m.DAILY_PNL): "-1999.99x20", str(m.LOSS_LIMIT): "2000x20"},
              at="10m", fires=False),
        Proof("a profit as large", {str(m.DAILY_PNL): "2000x20", str(m.LOSS_LIMIT): "2000x20"},
              at="10m", fires=False),
    ),
)  # fmt: skip
MODEL_DRIFT = Alert(
    name="ModelDrift",
    expr=f"max({analytics.DRIFT}) == 1",
    hold="10m",
    severity=Severity.WARNING,
    component="trading",
    summary="The model's confidences are spread otherwise than when it was new.",
    description="Drift has been seen for ten minutes (drift is {{ $value }}), and training anew "
    "did not end it.",
    impact="Confidence decides which signals are executed. When it means something else than it "
    "did, the threshold does too.",
    response="1. Read the stability index and the share of refused signals. 2. Did the data that "
    "ai sees change? 3. Stop trading if the results fall as well; train anew by hand.",
    because=f"The population stability index is over {SIGNIFICANT}. analytics-os trains the model "
    "anew at once; ten minutes of drift say that this does not help.",
    panel="Drift of the model",
    fired_by=cause.CONFIDENCE_SHIFTED,
    proof=(
        Proof("drift stays", {str(analytics.DRIFT): "1x30"}, at="15m", fires=True),
        Proof("training ends it", {str(analytics.DRIFT): "1x5 0x30"}, at="15m", fires=False),
        Proof("no drift", {str(analytics.DRIFT): "0x30"}, at="15m", fires=False),
    ),
)
