"""Hostile requests: no 500, no order, no new series, no secret told; the field is named."""

import io
import json
import logging
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from target_app.execution.http.signature import sign
from target_app.execution.http.webhook import PATH
from target_app.execution.signals.field_names import ALIASES, FIELDS
from tests.support.hostile_requests import GOOD, HEADERS, PASSPHRASE, RIGHT, SIGNED
from tests.support.service_in_process import SECRET, Answered, Served, order, served
from tests.support.service_process import Server
from tests.support.wait_until import PATIENCE_SECONDS


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("hostile"), webhook_passphrase=PASSPHRASE) as started:
        started.send(order(id="so that a price is known"))
        yield started


@pytest.fixture(scope="module")
def counted() -> list[int]:
    """The series after the last quiet test, where no other test ran since: counting is slow."""
    return []


@pytest.fixture
def target(service: Served, counted: list[int]) -> Served:
    """The service, for a test that may leave orders and series."""
    counted.clear()
    return service


@pytest.fixture
def quiet(service: Served, counted: list[int]) -> Iterator[Served]:
    """The service, which after the test has no order, series or word more than before."""
    paper = service.service.pipeline.manager.venues["paper"].client
    log = io.StringIO()
    handler = logging.StreamHandler(log)
    logging.getLogger().addHandler(handler)
    orders, lines = len(paper.history), counted.pop() if counted else series(service)
    yield service
    logging.getLogger().removeHandler(handler)
    assert len(paper.history) == orders
    counted.append(series(service))
    assert counted == [lines]
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
    "wrong": "guess",
    "empty": "",
    "null": None,
    "a number": 1,
    "a list": [PASSPHRASE],
    "in capitals": PASSPHRASE.upper(),
    "with a blank": PASSPHRASE + " ",
    "a surrogate": "\ud800",
}


@pytest.mark.parametrize("given_", PASSPHRASES.values(), ids=PASSPHRASES)
def test_passphrases(quiet: Served, given_: object) -> None:
    payload = json.dumps({**order(), "passphrase": given_}).encode()
    answer = quiet.send(body=payload, secret=None)
    # What is no text at all is not even JSON to some readers: then 400 comes first.
    assert answer.status in {400, 401, 413}
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


# Numbers as a careless or a hostile client writes them: JSON's form, any exponent, any length.
literals = st.from_regex(
    r"-?(0|[1-9][0-9]{0,60})(\.[0-9]{1,60})?([eE][+-]?[0-9]{1,30})?", fullmatch=True
)
dates = st.builds(
    "{}-{}-{}{}{}:{}:{}{}".format,
    *(st.integers(0, 99999), st.integers(0, 99), st.integers(0, 99), st.sampled_from("T t")),
    *(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
    st.sampled_from(["", "Z", "+00:00", "-23:59", "+24:00", ".999999999Z", "+99:99"]),
)
depths = st.builds(
    lambda n, pair: pair[0] * n + pair[1] * n,
    st.integers(0, 3000),
    st.sampled_from([("[", "]"), ('{"a":', "}")]),
)
widths = st.integers(0, 2000).map(lambda n: "{" + ",".join(f'"k{i}":0' for i in range(n)) + "}")
values = literals | dates.map(json.dumps) | depths | widths
members = st.dictionaries(st.sampled_from([*FIELDS, *ALIASES, "x"]), values, max_size=5)


@pytest.mark.parametrize("secret", [SECRET, None], ids=["signed", "unsigned"])
@calm
@given(fields=members)
def test_no_number_date_depth_or_width_is_more_than_a_problem(
    target: Served, secret: str | None, fields: dict[str, str]
) -> None:
    whole = {"symbol": '"BTC/USDT"', "side": '"buy"', "timestamp": str(int(time.time()))} | fields
    body = ",".join(f"{json.dumps(key)}:{value}" for key, value in whole.items())
    answer = target.send(body=b"{" + body.encode() + b"}", secret=secret)
    assert answer.status in ({200, 400, 413, 422} if secret else {400, 401, 413})
    if answer.status != 200:
        check_problem(answer, answer.status)


@pytest.mark.parametrize("keys", ["wide", "deep"])
def test_keys_before_the_signature_cost_one_pass(target: Served, keys: str) -> None:
    """Counted in calls, since no clock can be trusted: quadratic work made millions of them."""
    wide = ",".join(f'"{n}":0' for n in range(6500)).encode()
    body = b"{" + wide + b"}" if keys == "wide" else b'{"a":' * 9000 + b"0" + b"}" * 9000
    calls = 0

    def count(_frame: object, _event: str, _arg: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        answer = target.send(body=body, secret=None)
    finally:
        sys.setprofile(None)
    assert answer.status in {400, 401, 413}
    assert calls < 2000


def test_requests_made_from_the_openapi_document_are_answered_as_it_says(target: Served) -> None:
    import schemathesis  # which takes longer than all other imports of this module

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
        with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as connection:
            connection.sendall(data.replace(b"%b", PATH.encode()))
            head = connection.recv(65536).partition(b"\r\n")[0]
            assert head == b"HTTP/1.1 400 Bad Request", (name, head)
    with socket.create_connection(("127.0.0.1", server.port), PATIENCE_SECONDS) as connection:
        connection.sendall(
            b"POST %b HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n{" % PATH.encode()
        )
    assert server.get("/health")[0] == 200
    assert server.stop() == 0
    log = server.log.read_text()
    assert "Traceback" not in log
    assert "order_accepted" not in (tmp_path / "audit.jsonl").read_text()
