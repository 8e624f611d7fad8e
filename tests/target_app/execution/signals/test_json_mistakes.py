"""Of a body that is not JSON the words say what is wrong, in terms of how it came about."""

import pytest

from target_app.execution.response_bodies import RefusalError
from target_app.execution.signals.json_mistakes import placeholder_in
from target_app.execution.signals.payload import claimed, decode

SAID: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "is empty"),
    "Latin-1": (b'{"symbol":"\xe9"}', "is not UTF-8: byte 11 is 0xe9"),
    "UTF-16": ("{}".encode("utf-16"), "is UTF-16: send UTF-8"),
    "a byte-order mark": (
        b"\xef\xbb\xbf{}",
        "starts with a byte-order mark: send UTF-8 without one",
    ),
    "NaN": (
        b'{"quantity": NaN}',
        'holds NaN without quotes at byte 13, which is not JSON: write "NaN"',
    ),
    "minus infinity": (
        b'{"quantity":-Infinity}',
        'holds -Infinity without quotes at byte 12, which is not JSON: write "-Infinity"',
    ),
    "Pine's na": (b'{"a":na}', 'holds na without quotes at byte 5, which is not JSON: write "na"'),
    "a placeholder": (
        b'{"quantity":{{strategy.order.contracts}}}',
        "holds the placeholder {{strategy.order.contracts}}, which was not filled in: only "
        "TradingView does that, and only in an alert that has the value",
    ),
    "a placeholder with quotes in it": (
        b'{"quantity":"{{plot("RSI")}}"}',
        'holds the placeholder {{plot("RSI")}}, which was not filled in: only TradingView does '
        "that, and only in an alert that has the value",
    ),
    "typographic quotes": (
        "{\u201ca\u201d:1}".encode(), 'has typographic quotes at byte 1: write "'),
    "single quotes": (b"{'a':1}", "has single quotes at byte 1: JSON has double ones"),
    "pairs of words": (
        b"SYMBOL=CRVUSDT;\r\nSIGNAL=sell;",
        'is text: send an object such as {"symbol": …}',
    ),
    "a line break in a text": (
        b'{"source":"two\nlines"}',
        "has a line break or another control character in a text at byte 14"),
    "a quotation mark in a text": (
        b'{"source":"Close "Long""}',
        'has a quotation mark within a text before byte 18, which ends it: write \\"'),
    "a comma too many": (b'{"a":1,}', "is malformed: trailing comma in object (byte 7)"),
    "the first half of a character": (
        rb'{"id":"\ud83d"}', "holds half a character at byte 7: a character has one code, or two"),
    "a first half and a letter": (
        rb'{"id":"\ud83d\u0041"}',
        "holds half a character at byte 7: a character has one code, or two"),
    "the second half of a character": (
        rb'{"id":"x\uDE00"}', "holds half a character at byte 8: a character has one code, or two"),
    "two whole characters, and no end": (
        rb'{"id":"\ud83d\ude00\uD83D\uDE00"', "ends in the middle"),
    "half of it": (b'{"a":', "ends in the middle"),
    "deep": (b"[" * 60_000, "is nested too deeply"),
    "endless digits": (
        b"[" + b"9" * 5000 + b"]", "holds a whole number of more digits than are read"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "words"), SAID.values(), ids=SAID)
def test_the_words_say_what_is_wrong(body: bytes, words: str) -> None:
    with pytest.raises(RefusalError) as raised:
        decode(body)
    assert raised.value.detail == f"The body {words}."
    assert [p.field for p in raised.value.problems] == ["body"]


# What is passed over is not looked at: a text that is not UTF-8, how many digits a number has.
PASSED_OVER = {"Latin-1", "endless digits"}


@pytest.mark.parametrize("name", sorted(SAID.keys() - PASSED_OVER))
def test_an_unverified_body_is_told_the_same(name: str) -> None:
    body, words = SAID[name]
    with pytest.raises(RefusalError) as raised:
        claimed(body)
    assert raised.value.detail == f"The body {words}."


def test_an_object_in_quotes_is_named_as_such() -> None:
    with pytest.raises(RefusalError) as raised:
        decode(rb'"{\"a\":1}"')
    assert "if the object stands in quotes, send it without them" in raised.value.detail


def test_no_byte_of_the_body_is_told() -> None:
    with pytest.raises(RefusalError) as raised:
        decode(b'{"passphrase":"open-sesame" "quantity":1}')
    assert "sesame" not in raised.value.detail


LEFT_ALONE = ("{{}}", "{ {ticker} }", "{ticker}", "}}{{", "{{a", "{{" + "x" * 100 + "}}")


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_braces_that_are_not_a_placeholder_are_left_alone(text: str) -> None:
    assert placeholder_in(text) is None
