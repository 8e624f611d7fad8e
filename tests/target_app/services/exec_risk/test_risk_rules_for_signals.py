"""Each risk rule refuses what it is for, and nothing else."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from target_app.services.exec_risk.catalogue import RULES
from target_app.services.exec_risk.risk_rules_for_signals import Exposure, Verdict, judge
from target_app.services.exec_risk.settings import RiskSettings
from target_app.services.messages.events import SignalGenerated

SETTINGS = RiskSettings(
    capital_usd=Decimal(100_000),
    position_pct=Decimal(1),
    max_position_pct=Decimal(10),
    max_leverage=Decimal(3),
    max_open_positions=5,
    min_confidence=0.7,
    daily_loss_limit_usd=Decimal(2000),
    max_age_seconds=60.0,
)
SIGNAL = SignalGenerated(
    signal_id="s", symbol="BTC/USDT", side="buy", confidence=0.9, model=1, quantity=Decimal(10)
)
PRICE = Decimal(100)


def verdict(
    *, price: Decimal = PRICE, age: float = 1.0, exposure: Exposure | None = None, **changes: Any
) -> Verdict:
    signal = msgspec.structs.replace(SIGNAL, **changes)
    return judge(signal, exposure or Exposure(), SETTINGS, price=price, age_seconds=age)


@pytest.mark.parametrize("confidence", [0.7, 0.71, 1.0])
def test_a_confidence_of_at_least_seven_tenths_passes(confidence: float) -> None:
    assert verdict(confidence=confidence) == Verdict(Decimal(10))


@pytest.mark.parametrize("confidence", [0.6999, 0.0, -1.0, 1.01, float("nan"), float("inf")])
def test_any_other_confidence_is_refused(confidence: float) -> None:
    assert verdict(confidence=confidence).refused_by == "low_confidence"


@pytest.mark.parametrize(
    ("quantity", "leverage", "expected"),
    [
        (Decimal(100), Decimal(1), Verdict(Decimal(100))),  # exactly a tenth of the capital
        (Decimal("100.01"), Decimal(1), Verdict(refused_by="oversized_position")),
        (Decimal(50), Decimal(2), Verdict(Decimal(100))),
        (Decimal(50), Decimal("2.1"), Verdict(refused_by="oversized_position")),
        (Decimal(0), Decimal(1), Verdict(refused_by="oversized_position")),
        (Decimal(-5), Decimal(1), Verdict(refused_by="oversized_position")),
        (Decimal("NaN"), Decimal(1), Verdict(refused_by="oversized_position")),
        (Decimal("Infinity"), Decimal(1), Verdict(refused_by="oversized_position")),
        (Decimal("1E+999999"), Decimal(1), Verdict(refused_by="oversized_position")),
        (Decimal("1E-999999"), Decimal(1), Verdict(refused_by="oversized_position")),
        (Decimal(10), Decimal("NaN"), Verdict(refused_by="leverage")),
        (Decimal(10), Decimal("1E+999999"), Verdict(refused_by="leverage")),
        (None, Decimal(1), Verdict(Decimal(10))),  # a hundredth of the capital
        (None, Decimal(3), Verdict(Decimal(30))),
        (Decimal(10), Decimal(50), Verdict(Decimal(30), cut="leverage")),
        (Decimal(10), Decimal("0.5"), Verdict(refused_by="leverage")),
    ],
)
def test_size_and_leverage(quantity: Decimal | None, leverage: Decimal, expected: Verdict) -> None:
    assert verdict(quantity=quantity, leverage=leverage) == expected


@pytest.mark.parametrize(
    ("exposure", "rule"),
    [
        (Exposure(is_stopped=True), "emergency_stop"),
        (Exposure(daily_pnl_usd=Decimal(-2000)), "daily_loss"),
        (Exposure(daily_pnl_usd=Decimal("-1999.99")), ""),
        (Exposure(open_positions=5), "too_many_positions"),
        (Exposure(open_positions=4), ""),
    ],
)
def test_what_is_held_and_lost(exposure: Exposure, rule: str) -> None:
    assert verdict(exposure=exposure).refused_by == rule
    assert rule in {"", *RULES}


def test_an_old_signal_is_refused() -> None:
    assert verdict(age=60.0).refused_by == ""
    assert verdict(age=60.1).refused_by == "stale"


def test_amplified_sizes_are_judged_like_any_other() -> None:
    amplified = Exposure(sizing_factor=Decimal(2))
    assert verdict(quantity=None, exposure=amplified) == Verdict(Decimal(20))
    assert verdict(quantity=Decimal(10), exposure=amplified) == Verdict(Decimal(10))
    large = replace(SETTINGS, position_pct=Decimal(6))
    signal = msgspec.structs.replace(SIGNAL, quantity=None)
    judged = judge(signal, amplified, large, price=PRICE, age_seconds=0)
    assert judged.refused_by == "oversized_position"
