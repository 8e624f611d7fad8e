"""What the fields of a webhook are called, here and elsewhere, and what a wrong name may mean."""

import difflib
import functools

# The names that TradingView's examples and other bots use → ours.
ALIASES = {
    "action": "side",
    "ticker": "symbol",
    "type": "order_type",
    "qty": "quantity",
    "contracts": "quantity",
    "time": "timestamp",
    "timenow": "timestamp",
}
FIELDS = (
    "symbol", "side", "order_type", "quantity", "price", "stop_loss", "take_profit", "atr",
    "confidence", "timestamp", "source", "id", "exchange", "passphrase",
    "reduce_only", "dry_run",
)  # fmt: skip
# Other services' words for what a field here may be. They are not taken: elsewhere an amount
# may be of money, a stop may be a distance, and a volume is the bar's.
_ELSEWHERE = {
    "quantity": ("amount", "size", "volume", "units", "lots", "lotsize", "shares", "positionsize"),
    "stop_loss": ("sl", "stop", "stopprice", "stoplossprice", "slprice"),
    "take_profit": ("tp", "target", "takeprofitprice", "tpprice", "targetprice"),
    "price": ("limit", "limitprice", "orderprice", "entry", "entryprice"),
    "side": ("direction", "signal", "order", "orderside", "orderaction"),
    "symbol": ("pair", "market", "instrument", "coin", "asset"),
    "id": ("orderid", "clientorderid", "uuid", "key"),
    "passphrase": ("password", "secret", "token", "pass"),
    "timestamp": ("date", "datetime", "ts", "now"),
}
_MEANT = {word: field for field, words in _ELSEWHERE.items() for word in words}
_SQUASHED = {name.replace("_", ""): name for name in sorted({*FIELDS, *ALIASES})}
_LONGEST_KEY = 40  # of those that may be a misspelt field
# How alike an unknown key must be to a field to count as a misspelling of it.
_TYPO = 0.8
_KNOWN = ", ".join(FIELDS)


def unknown_field(key: str) -> str:
    """What to say of a field that the service does not have, with a guess where there is one."""
    guess = _guess(key) if len(key) <= _LONGEST_KEY else None
    if guess:
        return f"unknown field; did you mean {guess!r}?"
    return f"unknown field, and nothing is ignored here; known are {_KNOWN}"


@functools.lru_cache(maxsize=1024)
def _guess(key: str) -> str | None:
    squashed = key.lower().replace("_", "").replace("-", "").replace(" ", "").replace(".", "")
    if squashed in _SQUASHED:
        return _SQUASHED[squashed]
    if squashed in _MEANT:
        return _MEANT[squashed]
    near = difflib.get_close_matches(squashed, _SQUASHED, n=1, cutoff=_TYPO)
    return _SQUASHED[near[0]] if near else None
