"""What `venue_sim` answers, with 200, in place of an order's result."""

import msgspec

_ENCODE = msgspec.json.Encoder().encode
_PLAIN = {
    "empty_object": b"{}",
    "empty_list": b"[]",
    "null": b"null",
    "html": b"<html><body>Scheduled maintenance</body></html>",
    "empty": b"",
    "number": b"7",
}
GARBAGE = (*_PLAIN, "cut_short", "without_id", "another_order")


def garbage(kind: str, made: dict[str, object] | None) -> bytes:
    """The body of one kind; `made` is the order that was executed, if one was."""
    if kind in _PLAIN:
        return _PLAIN[kind]
    shown = dict(made or {"symbol": "BTCUSDT", "orderId": 1, "status": "FILLED", "fills": []})
    if kind == "without_id":
        del shown["orderId"]
    elif kind == "another_order":
        shown |= {"clientOrderId": "somebody-else", "orderId": 10**9}
    data = _ENCODE(shown)
    return data[: len(data) // 2] if kind == "cut_short" else data
