"""The risk rules: may this signal be executed, and with how much? Pure functions."""

from dataclasses import dataclass
from decimal import Decimal

from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.messages.events import SignalGenerated

_HUNDRED = Decimal(100)
_MOST_DIGITS = 18  # before and after the point; nothing that is traded has more


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """What is held and lost today, as the rules see it; requests under way count as held."""

    open_positions: int = 0
    daily_pnl_usd: Decimal = Decimal(0)
    is_stopped: bool = False
    sizing_factor: Decimal = Decimal(1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A quantity, or the rule that refuses; `cut` is a rule that made it smaller."""

    quantity: Decimal = Decimal(0)
    refused_by: str = ""
    cut: str = ""


def judge(
    signal: SignalGenerated,
    exposure: Exposure,
    settings: RiskSettings,
    *,
    price: Decimal,
    age_seconds: float,
) -> Verdict:
    """The verdict on a signal that would open a position at `price`; the first rule counts."""
    if exposure.is_stopped:
        return Verdict(refused_by="emergency_stop")
    # Written so that a confidence that is no number is refused.
    if not settings.min_confidence <= signal.confidence <= 1:
        return Verdict(refused_by="low_confidence")
    if age_seconds > settings.max_age_seconds:
        return Verdict(refused_by="stale")
    if exposure.daily_pnl_usd <= -settings.daily_loss_limit_usd:
        return Verdict(refused_by="daily_loss")
    if exposure.open_positions >= settings.max_open_positions:
        return Verdict(refused_by="too_many_positions")
    return _sized(signal, exposure, settings, price)


def _sized(
    signal: SignalGenerated, exposure: Exposure, settings: RiskSettings, price: Decimal
) -> Verdict:
    if not _is_figure(signal.leverage) or signal.leverage < 1:
        return Verdict(refused_by="leverage")
    leverage = min(signal.leverage, settings.max_leverage)
    if signal.quantity is None:
        base = settings.capital_usd * settings.position_pct / _HUNDRED / price
        base *= exposure.sizing_factor
    else:
        base = signal.quantity
    if not _is_figure(base):
        return Verdict(refused_by="oversized_position")
    quantity = base * leverage
    most = settings.capital_usd * settings.max_position_pct / _HUNDRED
    if not 0 < quantity * price <= most:
        return Verdict(refused_by="oversized_position")
    return Verdict(quantity, cut="leverage" if leverage < signal.leverage else "")


def _is_figure(value: Decimal) -> bool:
    """Whether it can be calculated with: no NaN, and nothing that would overflow."""
    return value.is_finite() and abs(value.adjusted()) <= _MOST_DIGITS
