"""One form for every value of a webhook: symbols, numbers and times.

Pure functions. Money is Decimal throughout; a float never touches it.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

# Later than this number of seconds is the year 5138, so a larger one counts milliseconds.
FIRST_MILLISECOND = 100_000_000_000
_LAST_MOMENT, _LONGEST_MOMENT = 1e13, 64
# Decimal() would also take `1_000`, `٣` and `sNaN`; a client that writes those made a mistake.
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_LONGEST_NUMBER = 90  # sign, 40 digits, point, 40 digits, exponent: what _NUMBER takes
_NOT_FINITE = re.compile(r"[+-]?(?:nan|inf|infinity|na|null|none)?", re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"\d{4}-?\d\d-?\d\d[T ]?.*", re.ASCII)
_EXCHANGE_PREFIX = re.compile(r"[A-Z0-9_]{1,20}:(?=.)", re.ASCII)
# TradingView's BTCUSDT.P and BTC1!, ccxt's BTC/USDT:USDT, and what other bots write.
_DERIVATIVE = re.compile(r"(?:\.P|[_-]?PERP|\d!|/[A-Z0-9]+:[A-Z0-9-]+)$", re.ASCII)
# Other names of the same coin: https://support.kraken.com/hc/en-us/articles/360001206766
_COINS = {"BTC": ("XBT",), "DOGE": ("XDG",)}
_LONGEST_SYMBOL = 40
# A number that is written longer than any real one: too large for every field.
OVERSIZED = Decimal("1E+30")
_LARGEST_EXPONENT = 1000


class Symbols:
    """Every way of writing a configured market → the market's symbol."""

    def __init__(self, symbols: Iterable[str]) -> None:
        self._spellings: dict[str, str] = {}
        symbols = tuple(symbols)
        for symbol in symbols:
            base, _, quote = symbol.partition("/")
            # Where there is no dollar market, its dollar token is what "USD" means.
            quotes = [quote]
            if quote in {"USDT", "USDC"} and f"{base}/USD" not in symbols:
                quotes.append("USD")
            for coin in (base, *_COINS.get(base, ())):
                for money in quotes:
                    for joint in ("/", "", "-", "_", ":"):
                        self._spellings.setdefault(f"{coin}{joint}{money}", symbol)
        for symbol in symbols:
            self._spellings[symbol] = symbol

    def find(self, text: str) -> str | None:
        """The market that `text` names in any of the usual spellings, else None."""
        found = self._spellings.get(text)
        if found is not None or len(text) > _LONGEST_SYMBOL or not text.isascii():
            return found
        plain = text.strip().upper()
        found = self._spellings.get(plain)
        if found is not None:
            return found
        exchange = _EXCHANGE_PREFIX.match(plain)
        return self._spellings.get(plain[exchange.end() :]) if exchange else None


def names_derivative(text: str) -> bool:
    """Whether `text` has the form of a perpetual swap's or a future's symbol."""
    return _DERIVATIVE.search(text[:_LONGEST_SYMBOL].strip().upper()) is not None


def decimal(text: str) -> Decimal:
    """The JSON number `text`; OVERSIZED in place of one that no field could take.

    Decimal's own reading refuses some exponents, and takes long for many digits.
    """
    if len(text) > _LONGEST_NUMBER:
        return OVERSIZED
    try:
        figure = Decimal(text)
    except InvalidOperation:  # an exponent of nineteen digits
        return OVERSIZED
    # Arithmetic on an exponent near the limit would overflow later.
    return figure if abs(figure.adjusted()) < _LARGEST_EXPONENT else OVERSIZED


def number(text: str) -> Decimal | None:
    """The number that `text` writes; NaN for the words that mean none; None if neither."""
    text = text.strip(" \t")
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    if _NOT_FINITE.fullmatch(text):
        return Decimal("Infinity" if "inf" in text.lower() else "NaN")
    return None


def moment(value: object) -> float | None:
    """Epoch seconds from epoch seconds, epoch milliseconds or ISO 8601 (UTC unless it says).

    None when it is none of these.
    """
    if isinstance(value, str):
        text = value.strip()
        if _DATE.fullmatch(text) and number(text) is None:
            return _iso(text)
        figure = number(text)
        if figure is None:
            return None
        value = figure
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    if isinstance(value, int) and value.bit_length() > _LONGEST_MOMENT:
        return None  # float() would refuse it
    seconds = float(value)  # NaN fails the comparison that follows
    if not -_LAST_MOMENT < seconds < _LAST_MOMENT:
        return None
    return seconds / 1000 if abs(seconds) >= FIRST_MILLISECOND else seconds


def _iso(text: str) -> float | None:
    try:
        moment_ = datetime.fromisoformat(text)
        if moment_.tzinfo is None:
            moment_ = moment_.replace(tzinfo=UTC)
        return moment_.timestamp()
    except (ValueError, OverflowError):
        return None
