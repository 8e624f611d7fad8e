"""Runs promtool's unit tests: rule files and tests as data → which expectations failed.

Each expression carries its number in a PromQL comment, because promtool up to 2.55 names no
test when one fails.
"""

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from toolkit.durations import seconds
from toolkit.errors import DefinitionError, StackError, UnreachableError

# A whole file of tests; the slowest shipped one takes a few seconds.
TIMEOUT_SECONDS = 300
_NUMBER = re.compile(r"# (\d+)\\?\"")
_BROKEN = re.compile(r"rule: (?P<name>.+?), time: [^,]+, err: (?P<error>.*)")
_NO_REASON = "promtool gives no reason."

OnProgress = Callable[[int, int], None]
"""Called with how many shards are done, and of how many, each time that one is."""


def ignore_progress(_done: int, _total: int) -> None:
    """An OnProgress for a caller that shows none."""


@dataclass(frozen=True, slots=True)
class Shard:
    """Rules, and the tests that promtool runs on them in one process."""

    name: str
    rules: Mapping[str, Any]
    interval: str
    tests: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Failure:
    """The expectation with this place among the shard's (test, expression) that failed."""

    test: int
    expression: int
    message: str


@dataclass(frozen=True, slots=True)
class ShardResult:
    """The expectations that failed, and by name the rules that could not be evaluated, and why.

    A test in which a rule is broken says nothing about its expectations.
    """

    failures: tuple[Failure, ...] = ()
    broken: Mapping[str, str] = field(default_factory=dict)


def find() -> str:
    """Where promtool is. Raises UnreachableError when it is not on PATH."""
    path = shutil.which("promtool")
    if path is None:
        raise UnreachableError(
            "promtool is not on PATH, so no rule could be tested.",
            fix="install Prometheus (Debian: apt install prometheus).",
        )
    return path


def environment() -> dict[str, str]:
    """This process's variables, and for promtool one core and half of the garbage collection.

    As many promtools run at once as there are cores, so that more of Go's threads only get into
    each other's way. What the user has set stays.
    """
    return {"GOMAXPROCS": "1", "GOGC": "200", **os.environ}


def run(
    shards: Sequence[Shard], workers: int, on_progress: OnProgress = ignore_progress
) -> tuple[ShardResult, ...]:
    """The result of each shard, in the given order; `workers` promtools run at once.

    Raises DefinitionError when promtool refuses rules or tests, StackError when it does not
    finish, UnreachableError when it is not installed.
    """
    promtool = find()
    # The longest first, so that no core waits for one long shard at the end.
    order = sorted(range(len(shards)), key=lambda number: -_evaluations(shards[number]))
    found: dict[int, ShardResult] = {}
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        answers = pool.map(lambda number: _run(promtool, shards[number]), order)
        for number, answer in zip(order, answers, strict=True):
            found[number] = answer
            on_progress(len(found), len(shards))
    return tuple(found[number] for number in range(len(shards)))


def _evaluations(shard: Shard) -> float:
    """How often promtool evaluates a rule of the shard, which is most of what its run costs."""
    rules = sum(len(group["rules"]) for group in shard.rules["groups"])
    lasts = sum(seconds(test["promql_expr_test"][0]["eval_time"]) for test in shard.tests)
    return rules * lasts / seconds(shard.interval)


def _run(promtool: str, shard: Shard) -> ShardResult:
    places = [
        (t, e) for t, test in enumerate(shard.tests) for e in range(len(test["promql_expr_test"]))
    ]
    numbers = {place: number for number, place in enumerate(places)}
    with tempfile.TemporaryDirectory() as folder:
        _write(Path(folder) / "rules.yml", shard.rules)
        order = [group["name"] for group in shard.rules["groups"]]
        tests = [_numbered(t, test, numbers) for t, test in enumerate(shard.tests)]
        data = {
            "rule_files": ["rules.yml"],
            "evaluation_interval": shard.interval,
            "group_eval_order": order,
            "tests": tests,
        }
        _write(Path(folder) / "tests.yml", data)
        try:
            done = subprocess.run(
                [promtool, "test", "rules", "tests.yml"],
                cwd=folder,
                env=environment(),
                capture_output=True,
                text=True,
                check=False,
                timeout=TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise StackError(
                f"promtool did not finish {shard.name} within {TIMEOUT_SECONDS} s."
            ) from None
    found = read_report(done.stdout + done.stderr, places)
    if done.returncode != 0 and found == ShardResult():
        raise DefinitionError(
            f"promtool refuses {shard.name}: {(done.stdout + done.stderr).strip()}"
        )
    return found


def _write(path: Path, data: Mapping[str, Any]) -> None:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    path.write_text(yaml.dump(data, Dumper=dumper, sort_keys=False), encoding="utf-8")


def _numbered(
    t: int, test: Mapping[str, Any], numbers: Mapping[tuple[int, int], int]
) -> dict[str, Any]:
    asked = [
        {**one, "expr": f"{one['expr']} # {numbers[t, e]}"}
        for e, one in enumerate(test["promql_expr_test"])
    ]
    return {**test, "promql_expr_test": asked}


def read_report(output: str, places: Sequence[tuple[int, int]]) -> ShardResult:
    """What promtool's report says; `places` are (test, expression) by the numbers in comments.

    expr: "up # 7", time: 1m,               an expectation that failed
        exp: {} 1E+00
        got: nil
    expr: "up # 8", time: 1m, err: …        an expression without a result
    rule: Down, time: 0s, err: …            a rule without one; promtool leaves its test then
    """
    failures: list[Failure] = []
    broken: dict[str, str] = {}
    for line in map(str.strip, output.splitlines()):
        number = _NUMBER.search(line) if line.startswith("expr:") else None
        rule = _BROKEN.match(line)
        if number:
            _, _, error = line[number.end() :].partition("err: ")
            failures.append(Failure(*places[int(number[1])], error or _NO_REASON))
        elif rule:
            broken.setdefault(rule["name"], rule["error"])
        elif failures and line.startswith(("exp:", "got:")):
            last = failures[-1]
            text = line if last.message == _NO_REASON else f"{last.message} {line}"
            failures[-1] = replace(last, message=text)
    return ShardResult(tuple(failures), broken)
