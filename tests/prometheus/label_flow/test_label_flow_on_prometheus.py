"""What the flows know of labels and values holds for every result of a real Prometheus."""

import math
import subprocess
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.support.foreign_programs import PROMETHEUS
from tests.support.random_promql import LABELS, expressions, inclusions, openmetrics
from tests.support.required_programs import program
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.prometheus.label_flow.joins import Matching
from toolkit.prometheus.label_flow.labels_of_expression import Flow
from toolkit.prometheus.label_flow.result_labels import Labels, State
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.prometheus.series_inclusion import Inclusion
from toolkit.prometheus.value_flow.ranges import ANY, Range
from toolkit.prometheus.value_flow.values import ValueFlow

pytestmark = pytest.mark.programs

START = 1_700_000_000
STEP, STEPS = 30, 40


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "history.txt").write_text(openmetrics(START, STEPS, STEP), encoding="utf-8")
    subprocess.run(
        [
            program("promtool"),
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            str(folder / "history.txt"),
            str(folder / "data"),
        ],
        check=True,
        capture_output=True,
    )
    with PROMETHEUS.exporting(folder) as address:
        yield address.removesuffix("/metrics")


def fits(labels: Labels, series: dict[str, str]) -> bool:
    """Whether a series may belong to the alternative."""
    for label in (*LABELS, *series):
        state = labels.state(label)
        if label == "__name__":
            continue
        if (state is State.PRESENT) != (label in series) and state is not State.UNKNOWN:
            return False
        values = labels.values_of(label)
        if values is not None and series.get(label, "") not in values:
            return False
    return labels.empty is None


def has(known: Range, value: float) -> bool:
    """Whether a value is among the known ones, but for what adding in another order changes."""
    if value == 0 and known.without_zero:
        return False
    near = math.ulp(value) * 16
    return any(known.has(x) for x in (value, value - near, value + near))


def asked(prometheus: str, text: str) -> Any:
    """What Prometheus answers to an expression, at the last of the samples."""
    return requests.get(
        f"{prometheus}/api/v1/query",
        params={"query": text, "time": str(START + STEP * (STEPS - 1))},
        timeout=PATIENCE_SECONDS,
    ).json()


def judge(prometheus: str, seed: int, count: int) -> Counter[str]:
    """How many expressions Prometheus refused, left empty and answered, and what was certain."""
    seen: Counter[str] = Counter()
    for text in expressions(seed=seed, count=count):
        answer = asked(prometheus, text)
        if answer["status"] != "success":
            seen["refused"] += 1  # such as many matches on both sides
            continue
        flow = Flow(tree(text))
        result, known = flow.result, ValueFlow().of(flow.root)
        series = [sample["metric"] for sample in answer["data"]["result"]]
        seen["answered" if series else "empty"] += 1
        seen["never"] += all(x.empty for x in result)
        for sample in answer["data"]["result"]:
            value = float(sample["value"][1])
            if not math.isnan(value):
                assert has(known, value), f"{text}\n{value} is not {known}"
        seen["bounded"] += known != ANY
        for each in series:
            assert any(fits(labels, each) for labels in result), f"{text}\n{each}\n{result}"
        seen["present"] += any(x.present for x in result)
        seen["absent"] += any(x.absent or x.others for x in result)
    return seen


def test_what_is_certain_holds_for_every_series_of_three_hundred_results(prometheus: str) -> None:
    seen = judge(prometheus, seed=20, count=300)
    assert seen["answered"] > 100
    assert min(seen["present"], seen["absent"], seen["never"], seen["bounded"]) > 5


@pytest.mark.long
def test_what_is_certain_holds_for_every_series_of_five_thousand_results(prometheus: str) -> None:
    assert judge(prometheus, seed=5, count=5000)["answered"] > 1500


CLAUSES = ("", " on (x)", " on ()", " ignoring (y)")


def judge_inclusions(prometheus: str, seed: int, count: int) -> int:
    """How many results of `inner unless outer` were certainly empty, and were seen to be."""
    seen = 0
    for number, (outer, inner) in enumerate(inclusions(seed=seed, count=count)):
        text = f"({inner}) unless{CLAUSES[number % len(CLAUSES)]} ({outer})"
        root = tree(text)
        left, right = root.below
        if not Inclusion().covers(right, left, Matching.of(root.expr)):
            continue
        answer = asked(prometheus, text)
        if answer["status"] == "success":
            seen += 1
            assert answer["data"]["result"] == [], text
    return seen


def test_a_side_that_has_every_series_of_the_other_leaves_nothing(prometheus: str) -> None:
    assert judge_inclusions(prometheus, seed=1, count=150) > 30


@pytest.mark.long
def test_a_side_that_has_every_series_of_the_other_leaves_nothing_of_many(prometheus: str) -> None:
    assert judge_inclusions(prometheus, seed=2, count=3000) > 600
