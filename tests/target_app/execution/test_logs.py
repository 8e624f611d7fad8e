"""Each line of the log is JSON, and says which request it is about."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from target_app.execution.logs import REQUEST_ID, JsonFormatter
from target_app.execution.orders.place import OrderPlacer
from tests.support.service_in_process import Served, order

LOG = logging.getLogger("target_app.tests.logs")


@pytest.fixture
def lines() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What is logged from now on, formatted as it happens."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield lambda: [json.loads(line) for line in text.getvalue().splitlines()]
    finally:
        root.removeHandler(handler)


def test_a_line_has_its_time_level_logger_and_words(
    lines: Callable[[], list[dict[str, Any]]],
) -> None:
    LOG.warning("%s left", "two\nétés")
    (line,) = lines()
    assert line.pop("time") > 1.7e9
    assert line == {"level": "warning", "logger": LOG.name, "message": "two\nétés left"}


def test_an_error_has_its_traceback_and_a_request_its_id() -> None:
    error = KeyError("x")
    record = LOG.makeRecord(
        LOG.name, logging.ERROR, "f", 1, "lost", (), (KeyError, error, error.__traceback__)
    )
    token = REQUEST_ID.set("ab-1")
    try:
        line = json.loads(JsonFormatter().format(record))
    finally:
        REQUEST_ID.reset(token)
    assert (line["message"], line["request_id"]) == ("lost", "ab-1")
    assert line["error"] == "KeyError: 'x'"


def test_what_is_logged_of_a_webhook_names_the_request_of_its_answer(
    serve: Callable[..., Served],
    lines: Callable[[], list[dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr(OrderPlacer, "execute", fail)
    service = serve()
    answers = [service.send(order(id=name)) for name in ("one", "two")]
    assert {(answer.status, answer.code) for answer in answers} == {(500, "internal")}
    found = [x for x in lines() if x["message"] == "a webhook was not answered"]
    ids = [answer.headers["x-request-id"] for answer in answers]
    assert [x["request_id"] for x in found] == ids
    assert len(set(ids)) == 2
