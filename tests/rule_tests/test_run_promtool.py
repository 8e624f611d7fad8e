"""promtool, run: failures come in the given order, and what it refuses is an error."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import required_programs
from toolkit.errors import DefinitionError, StackError
from toolkit.rule_tests import run_promtool
from toolkit.rule_tests.run_promtool import Failure, Shard, ShardResult, read_report


def shard(name: str, wanted: int, *, end: str = "1m") -> Shard:
    """One that expects `one`, which records 1, to be `wanted`."""
    asked = {"expr": "one", "eval_time": end, "exp_samples": [{"labels": "one", "value": wanted}]}
    test: dict[str, Any] = {"interval": "1m", "input_series": [], "promql_expr_test": [asked]}
    rules = {"groups": [{"name": "a", "rules": [{"record": "one", "expr": "vector(1)"}]}]}
    return Shard(name, rules, "1m", [test])


@required_programs.PROMTOOL
def test_failures_are_those_of_their_shard_whatever_runs_first() -> None:
    done: list[tuple[int, int]] = []
    shards = [shard("short", 1), shard("long, so it is first", 2, end="10m"), shard("again", 1)]
    found = run_promtool.run(shards, 2, lambda *how_far: done.append(how_far))
    message = 'exp: {__name__="one"} 2E+00 got: {__name__="one"} 1E+00'
    assert found == (ShardResult(), ShardResult((Failure(0, 0, message),)), ShardResult())
    assert done == [(1, 3), (2, 3), (3, 3)]


@required_programs.PROMTOOL
def test_what_promtool_refuses_is_an_error() -> None:
    test = {
        "interval": "1m",
        "input_series": [],
        "promql_expr_test": [{"expr": "sum(", "eval_time": "1m", "exp_samples": []}],
    }
    refused = Shard("broken", {"groups": [{"name": "a", "rules": [{"record": "a"}]}]}, "1m", [test])
    with pytest.raises(DefinitionError, match=r"^promtool refuses broken: "):
        run_promtool.run([refused], 1)


@required_programs.PROMTOOL
def test_a_refused_shard_is_named_among_those_of_its_process() -> None:
    refused = Shard("broken", {"groups": [{"name": "a", "rules": [{"record": "a"}]}]}, "1m", [])
    wrong = replace(refused, tests=shard("", 1).tests)
    with pytest.raises(DefinitionError, match=r"(?s)^promtool refuses broken: .*field 'expr'"):
        run_promtool.run([shard("one", 1), wrong, shard("two", 2)], 1)


@required_programs.PROMTOOL
def test_tests_of_the_same_series_share_a_storage_and_fail_each_for_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run_promtool, "_write", write := Written())
    told = [
        shard("", wanted, end=end).tests[0] for wanted, end in ((1, "1m"), (2, "5m"), (3, "0s"))
    ]
    other = {**told[1], "input_series": [{"series": "other", "values": "1"}]}
    tests = [told[0], other, told[1], told[2]]
    (found,) = run_promtool.run([replace(shard("a", 1), tests=tests)], 1)
    assert [failure.test for failure in found.failures] == [2, 3, 1]
    assert [len(test["promql_expr_test"]) for test in write.tests] == [3, 1]


class Written:
    """Writes as `_write` does, and keeps the tests."""

    def __init__(self) -> None:
        self.tests: list[Any] = []
        self._write = run_promtool._write

    def __call__(self, path: Path, data: Mapping[str, Any]) -> None:
        self.tests += data.get("tests", ())
        self._write(path, data)


@required_programs.PROMTOOL
def test_where_several_do_not_finish_each_has_a_process_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ask, asked = run_promtool._ask, []

    def hang(promtool: str, names: Sequence[str], folder: str) -> Any:
        asked.append(len(names))
        if len(names) > 1:
            raise subprocess.TimeoutExpired(promtool, run_promtool.TIMEOUT_SECONDS)
        return ask(promtool, names, folder)

    monkeypatch.setattr(run_promtool, "_ask", hang)
    good, wrong = run_promtool.run([shard("good", 1), shard("wrong", 2)], 1)
    assert asked == [2, 1, 1]
    assert good == ShardResult()
    assert [failure.test for failure in wrong.failures] == [0]


def test_a_shard_that_does_not_finish_alone_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(promtool: str, _names: Sequence[str], _folder: str) -> Any:
        raise subprocess.TimeoutExpired(promtool, run_promtool.TIMEOUT_SECONDS)

    monkeypatch.setattr(run_promtool, "_ask", hang)
    monkeypatch.setattr(run_promtool, "find", lambda: "promtool")
    with pytest.raises(StackError, match=r"^promtool did not finish first within 300 s\."):
        run_promtool.run([shard("first", 1), shard("second", 1)], 1)


def test_shards_share_processes_up_to_a_limit_the_longest_first() -> None:
    short, long = shard("short", 1), shard("long", 1, end="30000m")  # 181 and 30,180 evaluations
    assert run_promtool._batches([short, long, short, short], 1) == ((1,), (0, 2, 3))
    assert run_promtool._batches([short] * 6, 2) == ((0, 1, 2, 3, 4), (5,))
    assert run_promtool._batches([short] * 40, 2)[0] == tuple(range(10))
    assert run_promtool._batches([short] * 500, 1)[0] == tuple(range(110))
    assert run_promtool._batches([], 1) == ()


def test_promtool_has_one_core_and_what_the_user_has_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMAXPROCS", raising=False)
    monkeypatch.setenv("GOGC", "50")
    monkeypatch.setenv("LANG", "C")
    found = run_promtool.environment()
    assert (found["GOMAXPROCS"], found["GOGC"], found["LANG"]) == ("1", "50", "C")


REPORT = """\
Unit Testing:  tests.yml
  FAILED:
    expr: "one # 0", time: 1m,
        exp: {} 1E+00
        got: nil
    name: second,
    rule: Down, time: 15s, err: many-to-many, alas
    rule: Down, time: 30s, err: many-to-many, again
    expr: "a + a # 2", time: 1m, err: found duplicate series
    expr: "one # 1", time: 1m,
"""


def test_a_report_tells_wrong_answers_from_expressions_and_rules_without_any() -> None:
    assert read_report(REPORT, [(0, 0), (0, 1), (7, 3)]) == ShardResult(
        (
            Failure(0, 0, "exp: {} 1E+00 got: nil"),
            Failure(7, 3, "found duplicate series"),
            Failure(0, 1, "promtool gives no reason."),
        ),
        {"Down": "many-to-many, alas"},
    )


@required_programs.PROMTOOL
def test_a_rule_that_cannot_be_evaluated_is_named() -> None:
    series = [{"series": 'a{b="1"}', "values": "1x9"}, {"series": 'a{b="2"}', "values": "1x9"}]
    good = shard("one", 1)
    rules = [{"record": "one", "expr": "vector(1)"}, {"record": "two", "expr": "a + on () a"}]
    test = {**good.tests[0], "input_series": series}
    broken = Shard("two", {"groups": [{"name": "a", "rules": rules}]}, "1m", [test])
    (found,) = run_promtool.run([broken], 1)
    assert found.failures == ()
    assert found.broken.keys() == {"two"}
    assert "found duplicate series" in found.broken["two"]
