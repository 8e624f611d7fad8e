"""promtool, run: failures come in the given order, and what it refuses is an error."""

from typing import Any

import pytest

from tests.support import required_programs
from toolkit.errors import DefinitionError
from toolkit.rule_tests import promtool
from toolkit.rule_tests.promtool import Failure, Shard


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
    found = promtool.run(shards, 2, lambda *how_far: done.append(how_far))
    message = 'exp: {__name__="one"} 2E+00 got: {__name__="one"} 1E+00'
    assert found == ((), (Failure(0, 0, message),), ())
    assert done == [(1, 3), (2, 3), (3, 3)]


@required_programs.PROMTOOL
def test_what_promtool_refuses_is_an_error() -> None:
    test = {"interval": "1m", "input_series": [], "promql_expr_test": [
        {"expr": "sum(", "eval_time": "1m", "exp_samples": []}]}  # fmt: skip
    refused = Shard("broken", {"groups": [{"name": "a", "rules": [{"record": "a"}]}]}, "1m", [test])
    with pytest.raises(DefinitionError, match="promtool refuses broken: "):
        promtool.run([refused], 1)
