"""Runs promtool's unit tests: rule files and tests as data → which expectations failed.

Each expression carries its number in a PromQL comment, because promtool up to 2.55 names no
test when one fails.
"""

import json
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
# Prometheus 2 says the first of these before each file, Prometheus 3 the second.
_HEADING = re.compile(r"^(?:Unit Testing:|Processing test file:|Checking)\s+(\S+)$", re.MULTILINE)
PASSED = re.compile(r"^\s*SUCCESS\b", re.MULTILINE)
# To open and close the storage of a test takes promtool 8 ms, to evaluate a rule once 45 µs. It
# starts in 25 ms, and runs for a second where progress is to be told.
_STORAGE_COST = 180
_LEAST_COST, _MOST_COST = 1_000, 20_000

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
    batches = _batches(shards, workers)
    found: dict[int, ShardResult] = {}
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        answers = pool.map(lambda batch: _run(promtool, [shards[n] for n in batch]), batches)
        for batch, answer in zip(batches, answers, strict=True):
            for number, result in zip(batch, answer, strict=True):
                found[number] = result
                on_progress(len(found), len(shards))
    return tuple(found[number] for number in range(len(shards)))


def _batches(shards: Sequence[Shard], workers: int) -> tuple[tuple[int, ...], ...]:
    """The places of the shards that one process runs.

    The longest come first, so that no core waits for one long shard at the end.
    """
    costs = [_cost(shard) for shard in shards]
    most = min(_MOST_COST, max(_LEAST_COST, sum(costs) / max(1, 2 * workers)))
    batches: list[list[int]] = []
    left = 0.0
    for number in sorted(range(len(shards)), key=lambda number: -costs[number]):
        if not batches or costs[number] > left:
            batches.append([])
            left = most
        batches[-1].append(number)
        left -= costs[number]
    return tuple(map(tuple, batches))


def _cost(shard: Shard) -> float:
    """How long promtool works on the shard, in evaluations of one rule."""
    rules = sum(len(group["rules"]) for group in shard.rules["groups"])
    lasts = sum(seconds(test["promql_expr_test"][0]["eval_time"]) for test in shard.tests)
    return rules * lasts / seconds(shard.interval) + _STORAGE_COST * len(shard.tests)


def _run(promtool: str, shards: Sequence[Shard]) -> tuple[ShardResult, ...]:
    """The result of each shard; of each alone where one process does not tell them all."""
    places = [_places(shard) for shard in shards]
    with tempfile.TemporaryDirectory() as folder:
        names = [_written(Path(folder), number, shard) for number, shard in enumerate(shards)]
        try:
            done = _ask(promtool, names, folder)
        except subprocess.TimeoutExpired:
            if len(shards) == 1:
                raise StackError(
                    f"promtool did not finish {shards[0].name} within {TIMEOUT_SECONDS} s."
                ) from None
            return tuple(result for shard in shards for result in _run(promtool, [shard]))
    said = said_of_each(done.stdout)
    found: list[ShardResult] = []
    for shard, name, asked in zip(shards, names, places, strict=True):
        passed = PASSED.search(said.get(name, "")) is not None
        result = read_report(said.get(name, ""), asked)
        if not passed and result == ShardResult():
            if len(shards) == 1:
                raise DefinitionError(f"promtool refuses {shard.name}: {done.stdout.strip()}")
            (result,) = _run(promtool, [shard])
        found.append(result)
    return tuple(found)


def _ask(promtool: str, names: Sequence[str], folder: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [promtool, "test", "rules", *names],
        cwd=folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # in one stream: failures stand under their file's heading
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )


def _places(shard: Shard) -> list[tuple[int, int]]:
    """(test, expression) of each expectation, by the number in its comment."""
    return [
        (t, e) for t, test in enumerate(shard.tests) for e in range(len(test["promql_expr_test"]))
    ]


def _written(folder: Path, number: int, shard: Shard) -> str:
    """Write the shard's two files, and give the name of the tests' one in `folder`."""
    numbers = {place: number for number, place in enumerate(_places(shard))}
    data = {
        "rule_files": [f"rules-{number}.yml"],
        "evaluation_interval": shard.interval,
        "group_eval_order": [group["name"] for group in shard.rules["groups"]],
        "tests": _joined([_numbered(t, test, numbers) for t, test in enumerate(shard.tests)]),
    }
    _write(folder / f"rules-{number}.yml", shard.rules)
    name = f"tests-{number}.yml"
    _write(folder / name, data)
    return name


def _joined(tests: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The tests, those of the same series in one: promtool opens a storage for each."""
    found: dict[str, dict[str, Any]] = {}
    for test in tests:
        asked = test["promql_expr_test"]
        rest = {key: x for key, x in test.items() if key not in {"name", "promql_expr_test"}}
        one = found.setdefault(json.dumps(rest), {**test, "promql_expr_test": []})
        one["promql_expr_test"] += asked
    return list(found.values())


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


def said_of_each(said: str) -> dict[str, str]:
    """By file, what promtool says of it, where both of its streams are one."""
    pieces = _HEADING.split(said)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


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
