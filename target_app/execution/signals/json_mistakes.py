"""What is wrong with a body that is not JSON, in words that its author can act on.

The words name places, never contents: a body may hold the passphrase.
"""

import re

import msgspec

# What TradingView would have replaced, such as {{ticker}} or {{plot("RSI")}}.
PLACEHOLDER = re.compile(r"\{\{[^{}]{1,80}\}\}")
_LONGEST_SHOWN = 60
_AT = re.compile(r"\(byte (\d+)\)")
_NOT_NUMBERS = re.compile(
    rb"(?<=[:,\[\s])[+-]?(?:nan|infinity|inf|na|none|undefined)(?![\w\"])", re.IGNORECASE
)
# Half of a character beyond the first plane, which JSON escapes in two halves.
_HALF = re.compile(
    rb"\\u[dD](?:[89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD])[c-fC-F][0-9a-fA-F]{2})"
)
_TYPOGRAPHIC = {chr(code).encode() for code in (0x201C, 0x201D, 0x201E, 0x2018, 0x2019, 0x00AB)}
_MARKS = {
    b"\xef\xbb\xbf": "starts with a byte-order mark: send UTF-8 without one",
    b"\xff\xfe": "is UTF-16: send UTF-8",
    b"\xfe\xff": "is UTF-16: send UTF-8",
}


def placeholder_in(text: str) -> str | None:
    """The first placeholder in `text` that nobody filled in, cut to a length that can be shown."""
    found = PLACEHOLDER.search(text)
    return found.group()[:_LONGEST_SHOWN] if found else None


def unfilled(placeholder: str) -> str:
    """What to say of a placeholder that was sent as it is."""
    return (
        f"the placeholder {placeholder}, which was not filled in: only TradingView does that, "
        "and only in an alert that has the value"
    )


def explained(body: bytes, error: Exception) -> str:
    """Why `body`, which a JSON reader refused with `error`, is not JSON: "is …", "holds …"."""
    if words := _not_text(body):
        return words
    if found := placeholder_in(body.decode()):
        return f"holds {unfilled(found)}"
    if isinstance(error, RecursionError):
        return "is nested too deeply"
    if isinstance(error, msgspec.ValidationError):
        return "holds a whole number of more digits than are read"
    return _at_place(body, str(error))


def _not_text(body: bytes) -> str:
    for mark, words in _MARKS.items():
        if body.startswith(mark):
            return words
    try:
        return "" if body.decode().strip() else "is empty"
    except UnicodeDecodeError as wrong:
        return f"is not UTF-8: byte {wrong.start} is 0x{body[wrong.start]:02x}"


def _at_place(body: bytes, error: str) -> str:
    if half := _HALF.search(body):
        return f"holds half a character at byte {half.start()}: a character has one code, or two"
    found = _AT.search(error)
    at = int(found[1]) if found else len(body)
    # The reader stops within the word, or behind what looks like the start of `null`.
    number = _NOT_NUMBERS.search(body, max(0, at - 4))
    if number and number.start() <= at:
        word = number.group().decode()
        place = number.start()
        return f'holds {word} without quotes at byte {place}, which is not JSON: write "{word}"'
    if found is None:
        return "ends in the middle" if "truncated" in error else f"is malformed: {error}"
    if words := _in_texts(body, at, error):
        return words
    if not body.lstrip().startswith((b"{", b"[", b'"')):
        return 'is text: send an object such as {"symbol": …}'
    return f"is malformed: {error.removeprefix('JSON is malformed: ')}"


def _in_texts(body: bytes, at: int, error: str) -> str:
    """What is wrong with how texts are written round byte `at`, if anything is."""
    if any(body[at - 1 : at + 3].find(quote) >= 0 for quote in _TYPOGRAPHIC):
        return f'has typographic quotes at byte {at}: write "'
    if body[at : at + 1] == b"'" or body[at - 1 : at] == b"'":
        return f"has single quotes at byte {at}: JSON has double ones"
    if at < len(body) and body[at] < ord(" ") and b'"' in body[:at]:
        return f"has a line break or another control character in a text at byte {at}"
    if "expected ',' or" in error and body[:at].rstrip().endswith(b'"'):
        return f'has a quotation mark within a text before byte {at}, which ends it: write \\"'
    return ""
