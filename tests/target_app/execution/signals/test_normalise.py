"""Symbols, numbers and times: one form for each, whatever the client writes."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_app.exchanges.market_rules import plain
from target_app.execution.signals.normalise import Symbols, moment, number

SYMBOLS = Symbols(("BTC/USDT", "ETH/USDT", "ETH/BTC", "DOGE/USDT"))
SPELLINGS = {
    "BTC/USDT": "BTC/USDT",
    "BTCUSDT": "BTC/USDT",
    "BTC-USDT": "BTC/USDT",
    "BTC_USDT": "BTC/USDT",
    "btcusdt": "BTC/USDT",
    " BtcUsdt ": "BTC/USDT",
    "BINANCE:BTCUSDT": "BTC/USDT",
    "binance:btcusdt": "BTC/USDT",
    "BTC:USDT": "BTC/USDT",
    "XBT/USD": "BTC/USDT",
    "XBTUSDT": "BTC/USDT",
    "KRAKEN:XBTUSD": "BTC/USDT",
    "BTCUSD": "BTC/USDT",
    "ETHBTC": "ETH/BTC",
    "ETH/XBT": None,
    "XDGUSD": "DOGE/USDT",
    "BTCUSDT.P": None,
    "BTC": None,
    "": None,
    "BINANCE:": None,
    "ВTCUSDT": None,  # the first letter is Cyrillic
    "ＢＴＣＵＳＤＴ": None,
    "BTC/USDT\u200b": None,
    "BTC/USDT; DROP TABLE": None,
    "A" * 10_000: None,
}


@pytest.mark.parametrize(("text", "symbol"), SPELLINGS.items(), ids=[s[:20] for s in SPELLINGS])
def test_symbol(text: str, symbol: str | None) -> None:
    assert SYMBOLS.find(text) == symbol


def test_a_dollar_market_of_its_own_is_not_replaced_by_the_dollar_tokens() -> None:
    assert Symbols(("BTC/USDT", "BTC/USD")).find("BTCUSD") == "BTC/USD"


@given(st.text())
def test_no_text_makes_a_symbol_that_is_not_configured(text: str) -> None:
    assert SYMBOLS.find(text) in {None, "BTC/USDT", "ETH/USDT", "ETH/BTC", "DOGE/USDT"}


NUMBERS = {
    "1": "1", "1.50": "1.50", "-2": "-2", "+3": "3", ".5": "0.5", "5.": "5", "1e3": "1E+3",
    "1E-8": "1E-8", " 7 ": "7", "NaN": "NaN", "nan": "NaN", "": "NaN", "na": "NaN",
    "null": "NaN", "Infinity": "Infinity", "-inf": "Infinity", "1_000": None, "1,5": None,
    "٣": None, "０": None, "0x10": None, "1e1000": None, "sNaN": None, "NaN123": None,
    "1 2": None, "--1": None, "one": None, "1" * 41: None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "figure"), NUMBERS.items(), ids=[n[:12] or "-" for n in NUMBERS])
def test_number(text: str, figure: str | None) -> None:
    found = number(text)
    assert (None if found is None else str(found)) == figure


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12))
def test_every_decimal_that_is_written_plainly_reads_back(figure: Decimal) -> None:
    text = plain(figure)
    if len(text.partition(".")[2]) <= 40:
        assert number(text) == figure


MOMENTS = {
    "seconds": (1_700_000_000, 1_700_000_000.0),
    "milliseconds": (1_700_000_000_123, 1_700_000_000.123),
    "a decimal": (Decimal("1700000000.5"), 1_700_000_000.5),
    "seconds as text": ("1700000000", 1_700_000_000.0),
    # Not the 53rd of the 14th month of 1700.
    "seconds with a fraction as text": ("1795653249.5", 1_795_653_249.5),
    "milliseconds as text": ("1700000000123", 1_700_000_000.123),
    "ISO with Z": ("2023-11-14T22:13:20Z", 1_700_000_000.0),
    "ISO with an offset": ("2023-11-14T23:13:20+01:00", 1_700_000_000.0),
    "ISO without a zone is UTC": ("2023-11-14T22:13:20", 1_700_000_000.0),
    "ISO with a fraction": ("2023-11-14T22:13:20.250Z", 1_700_000_000.25),
    "ISO with a space": ("2023-11-14 22:13:20", 1_700_000_000.0),
    "a month that is none": ("2023-13-14T22:13:20Z", None),
    "the end of time": ("9999-12-31T23:59:59-23:59", 253_402_387_139.0),
    "true": (True, None),
    "a word": ("now", None),
    "NaN": (Decimal("NaN"), None),
    "beyond any calendar": (10**30, None),
    "a list": ([1], None),
}


@pytest.mark.parametrize(("value", "seconds"), MOMENTS.values(), ids=MOMENTS)
def test_moment(value: object, seconds: float | None) -> None:
    assert moment(value) == seconds
