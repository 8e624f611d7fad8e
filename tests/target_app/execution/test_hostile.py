"""Hostile requests: no 500, no order, no new series, no secret told; the field is named."""

import io
import json
import logging
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from target_app.execution.payload import FIELDS
from target_app.execution.signature import sign
from target_app.execution.webhook import PATH
from tests.target_app.processes import Server
from tests.target_app.served import SECRET, Answered, Served, order, served

PASSPHRASE = "the-shared-passphrase"
NOW = time.time()
OBJECT = b'{"symbol":"BTC/USDT","side":"buy","timestamp":%d%s}'


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
    "true": True, "a list": [1], "an object": {"a": 1}, "an empty list": [], "deep": [[[[1]]]],
}  # fmt: skip
TYPES = {
    f"{field}: {kind}": ({field: value}, field)
    for field in FIELDS
    for kind, value in ODD.items()
    if field != "passphrase" or kind in {"true", "a list"}
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
    "a misspelt stop": ({"stop_los": 60_000}, "other"),
    "a stop in camel case": ({"stopLoss": 60_000}, "other"),
    "a hundred keys": ({f"key-number-{n}": n for n in range(100)}, "body"),
    "prototype pollution": ({"__proto__": {"quantity": 1}, "side": "x"}, "side"),
}

SIGNED: dict[str, tuple[bytes, int, str]] = {
    **{f"no JSON: {k}": (v, 400, "body") for k, v in NO_JSON.items()},
    **{f"no object: {k}": (v, 422, "body") for k, v in NO_OBJECT.items()},
    **{f"twice: {k}": (v, 422, "body") for k, v in TWICE.items()},
    **{
        name: (json.dumps(order(**({"timestamp": NOW} | fields))).encode(), 422, field)
        for name, (fields, field) in {**TYPES, **FIGURES, **MEANINGS}.items()
    },
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


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("hostile"), webhook_passphrase=PASSPHRASE) as service:
        service.send(order(id="so that a price is known"))
        yield service


@pytest.fixture
def quiet(target: Served) -> Iterator[Served]:
    """The service, which after the test has no order, series or word more than before."""
    paper = target.service.manager.venues["paper"].client
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    orders, lines = len(paper.placed), series(target)
    yield target
    logging.getLogger().removeHandler(handler)
    assert len(paper.placed) == orders
    assert series(target) == lines
    for secret in (SECRET, PASSPHRASE, RIGHT):
        assert secret not in log.getvalue()


def series(service: Served) -> int:
    return sum(len(family.samples) for family in service.service.metrics.exposed().collect())


def check_problem(answer: Answered, status: int) -> dict[str, Any]:
    """The document of a refusal, which tells what it must and nothing that it must not."""
    assert answer.status == status, answer.body
    assert answer.headers["content-type"] == "application/problem+json"
    document = answer.json
    assert {"type", "title", "status", "code", "detail"} <= document.keys()
    assert document["status"] == status
    assert document["code"] != "internal"
    text = answer.body.decode()
    assert len(text) < 8000
    for secret in (SECRET, PASSPHRASE, RIGHT, "Traceback"):
        assert secret not in text
    return document


def test_there_are_at_least_a_hundred_and_fifty_of_them() -> None:
    assert len(SIGNED) + len(HEADERS) >= 150


@pytest.mark.parametrize(("sent", "status", "field"), SIGNED.values(), ids=SIGNED)
def test_signed(quiet: Served, sent: bytes, status: int, field: str) -> None:
    document = check_problem(quiet.send(body=sent), status)
    assert field in {error["field"] for error in document["errors"]}


@pytest.mark.parametrize(("method", "headers", "status", "code"), HEADERS.values(), ids=HEADERS)
def test_headers(
    quiet: Served, method: str, headers: list[tuple[str, str]], status: int, code: str
) -> None:
    answer = quiet.request(method, PATH, body=GOOD, headers=headers)
    assert check_problem(answer, status)["code"] == code


PASSPHRASES: dict[str, Any] = {
    "wrong": "guess", "empty": "", "null": None, "a number": 1, "a list": [PASSPHRASE],
    "in capitals": PASSPHRASE.upper(), "with a blank": PASSPHRASE + " ", "a surrogate": "\ud800",
}  # fmt: skip


@pytest.mark.parametrize("given_", PASSPHRASES.values(), ids=PASSPHRASES)
def test_passphrases(quiet: Served, given_: object) -> None:
    payload = json.dumps({**order(), "passphrase": given_}).encode()
    answer = quiet.send(body=payload, secret=None)
    # What is no text at all is not even JSON to some readers: then 400 comes first.
    assert answer.status in {400, 401}
    check_problem(answer, answer.status)


PIECES: dict[str, tuple[list[dict[str, Any]], int]] = {
    "the client leaves at once": ([{"type": "http.disconnect"}], 0),
    "the client leaves in the middle": (
        [{"type": "http.request", "body": GOOD[:20], "more_body": True},
         {"type": "http.disconnect"}], 0),
    "more than was said": (
        [{"type": "http.request", "body": b"x" * 40_000, "more_body": True}] * 2
        + [{"type": "http.request"}], 413),
    "a body in one piece that is too long": (
        [{"type": "http.request", "body": b"x" * 70_000}], 413),
}  # fmt: skip


@pytest.mark.parametrize(("messages", "status"), PIECES.values(), ids=PIECES)
def test_bodies_in_pieces(quiet: Served, messages: list[dict[str, Any]], status: int) -> None:
    answer = quiet.request("POST", PATH, messages=messages, headers=[("X-Signature", RIGHT)])
    assert answer.status == status


def test_a_body_in_many_pieces_is_as_good_as_whole(target: Served) -> None:
    sent = json.dumps(order(id="pieces")).encode()
    messages = [
        {"type": "http.request", "body": sent[n : n + 1], "more_body": n + 1 < len(sent)}
        for n in range(len(sent))
    ]
    headers = [("X-Signature", sign(SECRET, sent))]
    assert target.request("POST", PATH, messages=messages, headers=headers).status == 200


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
calm = settings(
    deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150
)


@calm
@given(sent=st.binary(max_size=400))
def test_no_bytes_whatever_are_more_than_a_problem(target: Served, sent: bytes) -> None:
    answer = target.send(body=sent)
    assert answer.status in {400, 422}
    check_problem(answer, answer.status)


@calm
@given(fields=st.dictionaries(st.sampled_from([*FIELDS, "action", "qty"]), json_values))
def test_no_values_whatever_are_more_than_a_problem_or_an_order(
    target: Served, fields: dict[str, Any]
) -> None:
    sent = json.dumps({**order(), **fields})  # NaN as a literal, like careless clients
    answer = target.send(body=sent.encode("utf-8", "replace"))
    assert answer.status in {200, 400, 422}
    if answer.status != 200:
        check_problem(answer, answer.status)


def test_requests_made_from_the_openapi_document_are_answered_as_it_says(target: Served) -> None:
    schema = schemathesis.openapi.from_dict(target.get("/openapi.json").json)
    document = target.get("/openapi.json").json
    operation = schema[PATH]["POST"]
    responses = document["paths"][PATH]["post"]["responses"]

    @settings(deadline=None, max_examples=100, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        payload = case.body if isinstance(case.body, dict) else {}
        if "timestamp" in payload and len(payload) % 2:
            payload = {**payload, "timestamp": time.time(), "symbol": "BTC/USDT", "side": "buy"}
        answer = target.send(body=json.dumps(payload).encode("utf-8", "replace"))
        assert answer.status < 500
        kinds = responses[str(answer.status)]["content"]
        assert answer.headers["content-type"] in kinds
        name = kinds[answer.headers["content-type"]]["schema"]["$ref"].rpartition("/")[2]
        required = document["components"]["schemas"][name]["required"]
        assert set(required) <= answer.json.keys()

    run()


RAW: dict[str, bytes] = {
    "no HTTP": b"hello\r\n\r\n",
    "a length that is no number": b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: ten\r\n\r\n",
    "two lengths": b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
    "a length below zero": b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    "a chunk that is no number": (
        b"POST %b HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"
    ),
    "a header of a null byte": b"POST %b HTTP/1.1\r\nHost: x\r\nX-A: \x00\r\n\r\n",
    "a method in small letters": b"post %b HTTP/1.1\r\nHost: x\r\n\r\n",
    "a version of its own": b"POST %b HTTP/9.9\r\nHost: x\r\n\r\n",
}


def test_what_is_not_even_http_is_refused_and_the_service_goes_on(
    launch: Callable[..., Server], tmp_path: Path
) -> None:
    server = launch()
    for name, data in RAW.items():
        with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
            connection.sendall(data.replace(b"%b", PATH.encode()))
            head = connection.recv(65536).partition(b"\r\n")[0]
            assert head == b"HTTP/1.1 400 Bad Request", (name, head)
    with socket.create_connection(("127.0.0.1", server.port), 10) as connection:
        connection.sendall(b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{"
                           % PATH.encode())  # fmt: skip
    assert server.get("/health")[0] == 200
    assert server.stop() == 0
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "order_accepted" not in (tmp_path / "audit.jsonl").read_text()
