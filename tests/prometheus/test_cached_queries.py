"""Answers of one server: each question once, all before one deadline."""

from collections.abc import Iterator

import pytest

from toolkit.errors import UnreachableError
from toolkit.prometheus.cached_queries import Answers

URL = "http://prometheus"


def clock(*times: float) -> Iterator[float]:
    yield from times


def test_a_question_is_asked_once() -> None:
    answers, asked = Answers(), list[float]()

    def ask(left: float) -> int:
        asked.append(left)
        return len(asked)

    found = [answers.of("/a", params, ask, URL) for params in (None, {}, {"x": "1"}, {"x": "1"})]
    assert found == [1, 1, 2, 2]
    assert len(asked) == 2


def test_the_time_begins_with_the_first_question_and_is_for_all() -> None:
    times = clock(100.0, 104.0, 110.0, 111.0)
    answers = Answers(deadline_seconds=10, clock=lambda: next(times))
    assert answers.of("/a", None, lambda left: left, URL) == 10
    assert answers.of("/b", None, lambda left: left, URL) == 6
    for path in ("/c", "/d"):
        with pytest.raises(UnreachableError) as caught:
            answers.of(path, None, lambda left: left, URL)
        assert caught.value.message == (
            f"http://prometheus{path}: not asked any more, since all answers together took over "
            "10 s."
        )
    assert answers.of("/a", None, lambda left: left, URL) == 10


def test_what_fails_is_not_kept() -> None:
    answers = Answers()

    def fail(_left: float) -> None:
        raise UnreachableError("no answer")

    with pytest.raises(UnreachableError):
        answers.of("/a", None, fail, URL)
    assert answers.of("/a", None, lambda _left: "here", URL) == "here"
