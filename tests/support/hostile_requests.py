"""Requests that no client should send, with the answer that each must get. Values only."""

import json
import time
from typing import Any

from target_app.execution.http.signature import sign
from target_app.execution.signals.field_names import FIELDS
from tests.support.service_in_process import SECRET, order

PASSPHRASE = "the-shared-passphrase"
NOW = time.time()
OBJECT = b'{"symbol":"BTC/USDT","side":"buy","timestamp":%d%s}'


def deep(levels: int) -> list[Any]:
    """A list in a list, and so on."""
    made: list[Any] = []
    for _ in range(levels):
        made = [made]
    return made


def body(extra: bytes) -> bytes:
    """A valid webhook with something more in it, byte by byte."""
    return OBJECT % (NOW, extra)


# --- bodies that are not JSON, or are JSON and no object: sent signed -----------------
NO_JSON: dict[str, bytes] = {
    "nothing": b"",
    "a blank": b" ",
    "a null byte": b"\x00",
    "text": b"buy bitcoin",
    "a form": b"symbol=BTCUSDT&side=buy",
    "XML": b"<order><side>buy</side></order>",
    "an open brace": b"{",
    "a closed brace": b"}",
    "an open string": b'{"symbol":"BTC',
    "no value": b'{"symbol":}',
    "no colon": b'{"symbol" "BTC"}',
    "no comma": b'{"a":1 "b":2}',
    "a trailing comma": body(b","),
    "a comment": body(b"/* x */,"),
    "single quotes": b"{'symbol':'BTC/USDT'}",
    "a key without quotes": b"{symbol:1}",
    "NaN": body(b',"quantity":NaN'),
    "Infinity": body(b',"quantity":Infinity'),
    "-Infinity": body(b',"price":-Infinity'),
    "nan in small letters": body(b',"quantity":nan'),
    "None": body(b',"quantity":None'),
    "True": body(b',"quantity":True'),
    "undefined": body(b',"quantity":undefined'),
    "a plus sign": body(b',"quantity":+1'),
    "a leading zero": body(b',"quantity":01'),
    "a leading point": body(b',"quantity":.5'),
    "a trailing point": body(b',"quantity":1.'),
    "hexadecimal": body(b',"quantity":0x10'),
    "an unfinished exponent": body(b',"quantity":1e'),
    "a bare minus": body(b',"quantity":-'),
    "a lone escape": b'{"symbol":"\\"}',
    "an unknown escape": b'{"symbol":"\\x41"}',
    "a short escape": b'{"symbol":"\\u12"}',
    "a newline in a string": b'{"symbol":"BTC\nUSDT"}',
    "a control character in a string": b'{"symbol":"BTC\x01"}',
    "Latin-1": b'{"symbol":"\xe9"}',
    "half a character": b'{"symbol":"\xe2\x82"}',
    "an overlong slash": b'{"symbol":"BTC\xc0\xafUSDT"}',
    "UTF-16": body(b"").decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + body(b""),
    "two documents": body(b"") + body(b""),
    "a document and a word": body(b"") + b"x",
    "sixty thousand brackets": b"[" * 60_000,
    "sixty thousand braces": b'{"a":' * 12_000,
    "a placeholder without quotes": body(b',"quantity":{{strategy.order.contracts}}'),
    "typographic quotes": "{\u201csymbol\u201d:1}".encode(),
    "a whole number of five thousand digits": body(b',"quantity":' + b"9" * 5000),
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00",
}
NO_OBJECT: dict[str, bytes] = {
    "an empty list": b"[]",
    "a list of orders": b"[" + body(b"") + b"]",
    "a string": b'"buy"',
    "a number": b"1",
    "null": b"null",
    "true": b"true",
    "nested lists": b"[" * 500 + b"]" * 500,
}
TWICE: dict[str, bytes] = {
    "a side twice": body(b',"side":"sell"'),
    "a quantity twice": body(b',"quantity":1,"quantity":1'),
    "a key twice by escape": body(b',"\\u0073ide":"sell"'),
    "a key twice far inside": body(b',"meta":{"a":{"b":1,"b":2}}'),
    "a passphrase twice": body(b',"passphrase":"a","passphrase":"b"'),
}

# --- values of the wrong type, in every field ------------------------------------------
ODD: dict[str, Any] = {
    "true": True,
    "a list": [1],
    "an object": {"a": 1},
    "an empty list": [],
    "deep": [[[[1]]]],
}
TYPES = {
    f"{field}: {kind}": ({field: value}, field)
    for field in FIELDS
    for kind, value in ODD.items()
    if field != "passphrase" or kind in {"true", "a list"}
    if (field, kind) not in {("dry_run", "true"), ("reduce_only", "true")}
}

# --- values of the right type that mean nothing, too much, or something else ------------
NUMBERS: dict[str, Any] = {
    "huge": 10**400, "a huge exponent": "1e400", "tiny": "1e-400", "zero": 0, "minus one": -1,
    "minus zero": "-0.0", "text": "many", "two points": "1.2.3", "a comma": "1,5",
    "underscores": "1_000", "Arabic digits": "\u0661\u0662", "full-width digits": "\uff11",
    "a hidden sign": "\u22121", "a currency": "$5", "hexadecimal": "0x1F", "a formula": "=1+1",
    "a signalling NaN": "sNaN", "a payload NaN": "NaN123", "ten thousand digits": "9" * 10_000,
    "a null byte": "1\x00",
}  # fmt: skip
FIGURES = {
    f"{field}: {kind}": ({field: value}, field)
    for field in ("quantity", "price", "stop_loss", "take_profit")
    for kind, value in NUMBERS.items()
}
MEANINGS: dict[str, tuple[dict[str, Any], str]] = {
    "a symbol in Cyrillic": ({"symbol": "\u0412TC/USDT"}, "symbol"),
    "a symbol in full width": ({"symbol": "\uff22\uff34\uff23USDT"}, "symbol"),
    "a symbol with a zero-width space": ({"symbol": "BTC\u200b/USDT"}, "symbol"),
    "a symbol with a combining mark": ({"symbol": "BTC\u0301/USDT"}, "symbol"),
    "a symbol turned round": ({"symbol": "\u202eTDSU/CTB"}, "symbol"),
    "a symbol with SQL": ({"symbol": "BTC/USDT'; DROP TABLE intents; --"}, "symbol"),
    "a symbol with a path": ({"symbol": "../../etc/passwd"}, "symbol"),
    "a symbol with a newline": ({"symbol": "BTC/USDT\r\nX-Evil: 1"}, "symbol"),
    "a symbol with a label": ({"symbol": 'BTC",evil="1'}, "symbol"),
    "an empty symbol": ({"symbol": ""}, "symbol"),
    "an endless symbol": ({"symbol": "B" * 50_000}, "symbol"),
    "a perpetual": ({"symbol": "BTCUSDT.P"}, "symbol"),
    "no symbol": ({"symbol": None}, "symbol"),
    "a side in Turkish": ({"side": "BUY\u0307"}, "side"),
    "a side in full width": ({"side": "\uff42\uff55\uff59"}, "side"),
    "an empty side": ({"side": ""}, "side"),
    "both sides": ({"side": "buy sell"}, "side"),
    "no side": ({"side": None}, "side"),
    "sides that disagree": ({"action": "sell"}, "side"),
    "quantities that disagree": ({"quantity": 1, "qty": 2}, "quantity"),
    "a type that is dear": ({"order_type": "stop_market"}, "order_type"),
    "a limit without a price": ({"order_type": "limit"}, "price"),
    "a limit at NaN": ({"order_type": "limit", "price": "NaN"}, "price"),
    "a limit at Infinity": ({"order_type": "limit", "price": "Infinity"}, "price"),
    "a limit under the tick": ({"order_type": "limit", "price": "0.001"}, "price"),
    "confidence of sixty": ({"confidence": 60}, "confidence"),
    "confidence below zero": ({"confidence": -0.1}, "confidence"),
    "confidence of NaN": ({"confidence": "NaN"}, "confidence"),
    "confidence of a word": ({"confidence": "very"}, "confidence"),
    "no confidence": ({"confidence": 0}, "confidence"),
    "the perpetual in ccxt's words": ({"symbol": "BTC/USDT:USDT"}, "symbol"),
    "a future in ccxt's words": ({"symbol": "BTC/USDT:USDT-260327"}, "symbol"),
    "a perpetual behind an exchange": ({"symbol": "BYBIT:BTC/USDT:USDT"}, "symbol"),
    "an id that was not filled in": ({"id": "{{strategy.order.id}}"}, "id"),
    "a source that was not filled in": ({"source": "{{exchange}} 1"}, "source"),
    "a quantity that was not filled in": ({"quantity": "{{plot_0}}"}, "quantity"),
    "deep lists under two names": ({"quantity": deep(400), "qty": deep(400)}, "quantity"),
    "no time": ({"timestamp": None}, "timestamp"),
    "the epoch": ({"timestamp": 0}, "timestamp"),
    "before the epoch": ({"timestamp": -1}, "timestamp"),
    "a time in microseconds": ({"timestamp": int(NOW * 1e6)}, "timestamp"),
    "a time in nanoseconds": ({"timestamp": int(NOW * 1e9)}, "timestamp"),
    "a time beyond the calendar": ({"timestamp": 10**300}, "timestamp"),
    "the thirteenth month": ({"timestamp": "2030-13-01T00:00:00Z"}, "timestamp"),
    "a time of NaN": ({"timestamp": "NaN"}, "timestamp"),
    "a time of Infinity": ({"timestamp": "Infinity"}, "timestamp"),
    "yesterday": ({"timestamp": NOW - 86_400}, "timestamp"),
    "tomorrow": ({"timestamp": NOW + 86_400}, "timestamp"),
    "an empty time": ({"timestamp": ""}, "timestamp"),
    "a time in words": ({"timestamp": "tomorrow at noon"}, "timestamp"),
    "an empty id": ({"id": ""}, "id"),
    "an endless id": ({"id": "x" * 129}, "id"),
    "an id of half": ({"id": 0.5}, "id"),
    "an id beyond counting": ({"id": 10**300}, "id"),
    "an exchange that is none": ({"exchange": "mtgox"}, "exchange"),
    "a stop on the wrong side": ({"stop_loss": 99_999}, "stop_loss"),
    "a profit on the wrong side": ({"take_profit": 1}, "take_profit"),
    "less than a lot": ({"quantity": "0.000001"}, "quantity"),
    "less than a dollar": ({"quantity": "0.00001"}, "quantity"),
    **{
        f"a field of others: {name}": ({name: value}, "other")
        for name, value in {
            "amount": 1,
            "size": 1,
            "volume": 1,
            "sl": 1,
            "tp": 1,
            "stop": 1,
            "stopPrice": 1,
            "close": True,
            "leverage": 5,
            "time_in_force": "IOC",
            "test": True,
            "market_position": "flat",
            "interval": "5",
            "comment": "x",
        }.items()
    },
    "a misspelt stop": ({"stop_los": 60_000}, "other"),
    "a stop in camel case": ({"stopLoss": 60_000}, "other"),
    "a hundred keys": ({f"key-number-{n}": n for n in range(100)}, "body"),
    "prototype pollution": ({"__proto__": {"quantity": 1}, "side": "x"}, "side"),
}

# --- numbers as JSON, in every field that holds one, and in one that does not exist -------
EXPONENTS = ("1e99999999999999999999999", "1e-99999999999999999999999", "-1e400", "9e999999",
             "0e99999999999999999999999", "0." + "0" * 300 + "1", "1" * 200 + ".5")  # fmt: skip
LITERALS = {
    f"{field}: {literal[:20]}": (
        json.dumps(order(timestamp=NOW) | {field: 7}).replace(": 7", f": {literal}").encode(),
        "other" if field == "x" else field,
    )
    for field in (
        "quantity",
        "price",
        "stop_loss",
        "take_profit",
        "atr",
        "confidence",
        "timestamp",
        "id",
        "x",
    )
    for literal in EXPONENTS
}

SIGNED: dict[str, tuple[bytes, int, str]] = {
    **{f"no JSON: {k}": (v, 400, "body") for k, v in NO_JSON.items()},
    **{f"no object: {k}": (v, 422, "body") for k, v in NO_OBJECT.items()},
    **{f"twice: {k}": (v, 422, "body") for k, v in TWICE.items()},
    **{
        name: (json.dumps(order(**({"timestamp": NOW} | fields))).encode(), 422, field)
        for name, (fields, field) in {**TYPES, **FIGURES, **MEANINGS}.items()
    },
    **{f"a number: {k}": (v, 422, field) for k, (v, field) in LITERALS.items()},
    "too long": (b'"' + b"x" * 70_000 + b'"', 413, "body"),
}

GOOD = json.dumps(order(timestamp=NOW)).encode()
RIGHT = sign(SECRET, GOOD)
# --- headers and methods: (method, headers, status, code) --------------------------------
HEADERS: dict[str, tuple[str, list[tuple[str, str]], int, str]] = {
    "no signature": ("POST", [], 401, "invalid_signature"),
    "an empty one": ("POST", [("X-Signature", "")], 401, "invalid_signature"),
    "only its prefix": ("POST", [("X-Signature", "sha256=")], 401, "invalid_signature"),
    "half of it": ("POST", [("X-Signature", RIGHT[:32])], 401, "invalid_signature"),
    "one digit more": ("POST", [("X-Signature", RIGHT + "0")], 401, "invalid_signature"),
    "one digit wrong": (
        "POST", [("X-Signature", RIGHT[:-1] + ("0" if RIGHT[-1] != "0" else "1"))], 401,
        "invalid_signature"),
    "of another body": ("POST", [("X-Signature", sign(SECRET, b"x"))], 401, "invalid_signature"),
    "by an empty secret": ("POST", [("X-Signature", sign("", GOOD))], 401, "invalid_signature"),
    "another algorithm": ("POST", [("X-Signature", f"sha1={RIGHT}")], 401, "invalid_signature"),
    "the prefix twice": (
        "POST", [("X-Signature", f"sha256=sha256={RIGHT}")], 401, "invalid_signature"),
    "letters that are no digits": ("POST", [("X-Signature", "z" * 64)], 401, "invalid_signature"),
    "Latin-1": ("POST", [("X-Signature", "\xe9" * 64)], 401, "invalid_signature"),
    "a comma list": ("POST", [("X-Signature", f"{RIGHT}, {RIGHT}")], 401, "invalid_signature"),
    "twice the same": ("POST", [("X-Signature", RIGHT)] * 2, 401, "invalid_signature"),
    "right and wrong": (
        "POST", [("X-Signature", RIGHT), ("X-Signature", "0" * 64)], 401, "invalid_signature"),
    "in another header": ("POST", [("Authorization", RIGHT)], 401, "invalid_signature"),
    "a very long one": ("POST", [("X-Signature", "0" * 60_000)], 401, "invalid_signature"),
    "a length of five thousand digits": (
        "POST", [("Content-Length", "9" * 5000), ("X-Signature", RIGHT)], 413, "too_large"),
    "a length that is too long": (
        "POST", [("Content-Length", "9999999"), ("X-Signature", RIGHT)], 413, "too_large"),
    **{
        method: (method, [("X-Signature", RIGHT)], 405, "method_not_allowed")
        for method in ("GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
    },
}  # fmt: skip
