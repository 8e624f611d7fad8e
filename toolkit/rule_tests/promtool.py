"""Runs promtool's unit tests: rule files and tests as data → which expectations failed.

Each expression carries its number in a PromQL comment, because promtool up to 2.55 names no
test when one fails.
"""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from toolkit.durations import seconds
from toolkit.errors import DefinitionError, StackError, UnreachableError

# A whole file of tests; the slowest shipped one takes a few seconds.
TIMEOUT_SECONDS = 300
_NUMBER = re.compile(r"# (\d+)\\?\"")

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


def find() -> str:
    """Where promtool is. Raises UnreachableError when it is not on PATH."""
    path = shutil.which("promtool")
    if path is None:
        raise UnreachableError(
            "promtool is not on PATH, so no rule could be tested.",
            fix="install Prometheus (Debian: apt install prometheus).",
        )
    return path


def run(
    shards: Sequence[Shard], workers: int, on_progress: OnProgress = ignore_progress
) -> tuple[tuple[Failure, ...], ...]:
    """The failures of each shard, in the given order; `workers` promtools run at once.

    Raises DefinitionError when promtool refuses rules or tests, UnreachableError when there
    is no promtool.
    """
    promtool = find()
    # The longest first, so that no core waits for one long shard at the end.
    order = sorted(range(len(shards)), key=lambda number: -_evaluations(shards[number]))
    found: dict[int, tuple[Failure, ...]] = {}
    with ThreadPoolExecutor(max_workers=max(1, workers)) as pool:
        answers = pool.map(lambda number: _run(promtool, shards[number]), order)
        for number, failures in zip(order, answers, strict=True):
            found[number] = failures
            on_progress(len(found), len(shards))
    return tuple(found[number] for number in range(len(shards)))


def _evaluations(shard: Shard) -> float:
    """How often promtool evaluates a rule of the shard, which is most of what its run costs."""
    rules = sum(len(group["rules"]) for group in shard.rules["groups"])
    lasts = sum(seconds(test["promql_expr_test"][0]["eval_time"]) for test in shard.tests)
    return rules * lasts / seconds(shard.interval)


def _run(promtool: str, shard: Shard) -> tuple[Failure, ...]:
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
                capture_output=True,
                text=True,
                check=False,
                timeout=TIMEOUT_SECONDS,
            )
        except subprocess.TimeoutExpired:
            raise StackError(
                f"promtool did not finish {shard.name} within {TIMEOUT_SECONDS} s."
            ) from None
    found = tuple(_failures(done.stdout + done.stderr, places))
    if done.returncode != 0 and not found:
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


def _failures(output: str, places: Sequence[tuple[int, int]]) -> list[Failure]:
    """Failures from promtool's report: a line with the expression, then expected and got."""
    # `expr: "up # 7", time: 1m,` and then `exp: …` and `got: …`; an error has one line, `err: …`.
    found: list[Failure] = []
    for line in output.splitlines():
        number = _NUMBER.search(line) if "expr:" in line else None
        if number:
            found.append(Failure(*places[int(number[1])], ""))
        elif found and (
            line.lstrip().startswith(("exp:", "got:", "err:")) or not found[-1].message
        ):
            last = found[-1]
            text = f"{last.message} {line.strip()}".strip()
            found[-1] = Failure(last.test, last.expression, text)
    return found
