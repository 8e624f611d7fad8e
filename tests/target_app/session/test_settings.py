"""The bot's settings: the three places, and what is refused."""

from decimal import Decimal
from pathlib import Path

import pytest

from target_app.session.settings import SessionSettings, read
from toolkit.errors import ConfigurationError


def test_options_win_over_variables_and_these_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "bot.toml"
    file.write_text('seed = 3\norder_usd = 100\nsymbols = ["ETH/USDT"]\n', encoding="utf-8")
    found = read(
        ["--seed", "9"],
        {"SESSION_CONFIG": str(file), "SESSION_SEED": "5", "SESSION_ORDER_USD": "250.50"},
    )
    assert (found.seed, found.order_usd, found.symbols) == (9, Decimal("250.50"), ("ETH/USDT",))


WRONG = {
    "a name that is not known": (
        {"SESSION_SEEED": "1"},
        "unknown environment variable 'SESSION_SEEED'; did you mean 'SESSION_SEED'?",
    ),
    "a number that is none": ({"SESSION_SEED": "x"}, "SESSION_SEED: 'x' is not a number."),
    "a share over one": (
        {"SESSION_TRACE_SAMPLE_RATE": "2"},
        "SESSION_TRACE_SAMPLE_RATE: 2 is over the most, 1.",
    ),
    "no market": ({"SESSION_SYMBOLS": " , "}, "SESSION_SYMBOLS: 0 entries is under the least, 1."),
    "an interval of nothing": (
        {"SESSION_LOOP_INTERVAL_SECONDS": "0"},
        "SESSION_LOOP_INTERVAL_SECONDS: 0 is under the least, 0.001.",
    ),
    "a span that ends before it begins": (
        {"SESSION_VENUE_AWAY": "1-2,5-3"},
        "venue_away: '5-3' is not a span of time.",
    ),
    "a span without an end": (
        {"SESSION_VENUE_AWAY": "5"},
        "venue_away: '5' is not a span of time.",
    ),
    "a watchdog that is too quick": (
        {"SESSION_WATCHDOG_SECONDS": "4"},
        "watchdog_seconds: 4 is not over 5, the longest wait for the venue that is allowed.",
    ),
}


@pytest.mark.parametrize(("environment", "message"), WRONG.values(), ids=WRONG)
def test_refuses(environment: dict[str, str], message: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read([], environment)
    assert str(caught.value).startswith(message)


def test_spans_are_seconds_from_and_to() -> None:
    settings = SessionSettings(venue_away=("0-1.5", "3-4"))
    assert settings.away == ((0.0, 1.5), (3.0, 4.0))


def test_what_a_folder_keeps_holds_no_secret() -> None:
    written = SessionSettings(admin_token="s3cret").written()
    assert "admin_token" not in written
    assert (written["seed"], written["capital_usd"]) == (1, 250_000.0)
