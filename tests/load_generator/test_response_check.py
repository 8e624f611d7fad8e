"""What a scenario expects of an answer, and what is counted of it."""

import pytest
from geventhttpclient.header import Headers

from toolkit.load.statistics import RequestOutcome
from toolkit.load_generator.http_connection import Reply
from toolkit.load_generator.response_check import Answer, UnexpectedAnswerError


def answer(status: int = 200, body: bytes = b"{}") -> Answer:
    return Answer(lambda code, _: str(code), Reply(status, body, Headers()), 0.5, 0.4)


def test_an_expectation_that_holds_takes_back_no_failure() -> None:
    """Of a header that was missing, the run was green: the second `expect` counted."""
    found = answer()
    found.expect(200, header="X-Order")
    found.expect(200)
    found.expect_either((200, ""), (201, ""))
    assert found.judged is not None
    assert found.judged.outcome is RequestOutcome.FAILED
    assert found.judged.message == "expected 200 with X-Order, got 200: {}"


def test_a_later_expectation_that_fails_counts() -> None:
    found = answer()
    found.expect(200)
    found.expect(201)
    assert found.judged is not None
    assert found.judged.message == "expected 201, got 200: {}"


def test_a_code_of_the_scenarios_own_that_raises_costs_no_request() -> None:
    def code(_status: int, _body: bytes) -> str:
        raise KeyError("x")

    found = Answer(code, Reply(200, b"{}", Headers()), 0.5, 0.4)
    for judged, reason in (
        (found.raised(KeyError("x")), "exception"),
        (Answer(code, Reply(200), 0.5, 0.4).cut_off(), "unfinished"),
    ):
        assert (judged.outcome, judged.answer, judged.reason) == ("failed", "200", reason)


def test_a_body_that_is_not_json_says_what_was_expected_once() -> None:
    """It said: expected expected JSON."""
    found = answer(body=b"<html>")
    with pytest.raises(UnexpectedAnswerError) as caught:
        found.json()
    assert found.fail(str(caught.value)).message == "expected JSON, got 200: <html>"
