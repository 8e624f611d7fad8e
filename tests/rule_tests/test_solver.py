"""Expressions read backwards: which series give an expression the value that was asked for."""

from fractions import Fraction
from itertools import starmap
from typing import Any

import promql_parser
import pytest

from tests.support import project_builder, required_programs
from toolkit.alerts import Recording
from toolkit.project import Project
from toolkit.promql import parse
from toolkit.rule_tests import run_promtool
from toolkit.rule_tests.alert_comparisons import EVENTS
from toolkit.rule_tests.run_promtool import Shard
from toolkit.rule_tests.solver import InputSeries, Solver, UnsolvableError

ALL = "sum(rate(app_events_total[5m]))"
READS = 'sum(rate(app_events_total{kind="read"}[5m]))'
P90 = "histogram_quantile(0.9, sum by (le) (rate(app_latency_bucket[5m])))"
ONE_ZONE = 'zone="zone-1"'


def solved(expr: str, value: str, project: Project | None = None) -> dict[str, float]:
    """Growth a second or level of each series, under which `expr` has the value."""
    solver = Solver(project or project_builder.project())
    solver.solve(parse(expr), Fraction(value))
    return {one.selector: float(one.value) for one in solver.series}


SOLVED: dict[str, tuple[str, str, dict[str, float]]] = {
    "a gauge": ("app_queue_depth", "7", {'app_queue_depth{kind="read"}': 7}),
    "a gauge with labels asked for": (
        'max by (kind) (app_queue_depth{kind="write", job="app"})', "7",
        {'app_queue_depth{kind="write", job="app"}': 7}),
    "a rate": (ALL, "3", {f'app_events_total{{kind="read", {ONE_ZONE}}}': 3}),
    "an increase": ("increase(app_events_total[5m])", "300",
                    {f'app_events_total{{kind="read", {ONE_ZONE}}}': 1}),
    "an average over time": ("avg_over_time(app_queue_depth[1h])", "2",
                             {'app_queue_depth{kind="read"}': 2}),
    "times a number": (f"100 * {ALL}", "50",
                       {f'app_events_total{{kind="read", {ONE_ZONE}}}': 0.5}),
    "divided by a number": (f"({ALL}) / 2", "3",
                            {f'app_events_total{{kind="read", {ONE_ZONE}}}': 6}),
    "one minus": ("1 - app_queue_depth", "0.25", {'app_queue_depth{kind="read"}': 0.75}),
    "a share of a whole around it": (
        f"{READS} / ({ALL} > 1)", "0.25",
        {f'app_events_total{{kind="read", {ONE_ZONE}}}': float(EVENTS) / 4,
         f'app_events_total{{kind="write", {ONE_ZONE}}}': float(EVENTS) * 3 / 4}),
    "the whole less its part": (
        f"({ALL} - {READS}) / {ALL}", "0.25",
        {f'app_events_total{{kind="read", {ONE_ZONE}}}': float(EVENTS) * 3 / 4,
         f'app_events_total{{kind="write", {ONE_ZONE}}}': float(EVENTS) / 4}),
    "a multiple of the whole": (
        f"({ALL} * 0.5) / {ALL}", "0.5",
        {f'app_events_total{{kind="read", {ONE_ZONE}}}': float(EVENTS)}),
    "a gauge's share of another": (
        'sum(app_queue_depth{kind="read"}) / sum(app_queue_depth)', "0.5",
        {'app_queue_depth{kind="read"}': float(EVENTS) / 2,
         'app_queue_depth{kind="write"}': float(EVENTS) / 2}),
    "a quantile on an edge": (
        P90, "0.5",
        {'app_latency_bucket{kind="read", le="0.1"}': 0,
         'app_latency_bucket{kind="read", le="0.5"}': float(EVENTS) * 0.9,
         'app_latency_bucket{kind="read", le="1.0"}': float(EVENTS),
         'app_latency_bucket{kind="read", le="+Inf"}': float(EVENTS)}),
    "a quantile just over an edge": (
        P90, "0.55",
        {'app_latency_bucket{kind="read", le="0.5"}': float(EVENTS) * 8 / 9,
         'app_latency_bucket{kind="read", le="1.0"}': float(EVENTS),
         'app_latency_bucket{kind="read", le="+Inf"}': float(EVENTS)}),
}  # fmt: skip


@pytest.mark.parametrize(("expr", "value", "wanted"), SOLVED.values(), ids=SOLVED)
def test_solves(expr: str, value: str, wanted: dict[str, float]) -> None:
    found = {_with_labels_sorted(name): value for name, value in solved(expr, value).items()}
    assert found == pytest.approx({_with_labels_sorted(name): x for name, x in wanted.items()})


def _with_labels_sorted(selector: str) -> str:
    name, _, labels = selector.rstrip("}").partition("{")
    return f"{name}{{{', '.join(sorted(labels.split(', ')))}}}"


@required_programs.PROMTOOL
def test_prometheus_computes_that_value_and_no_other() -> None:
    cases = [(expr, value) for expr, value, _ in SOLVED.values()]
    (result,) = run_promtool.run(
        [Shard("solved", NO_RULES, "1m", list(starmap(forwards, cases)))], 1
    )
    answers = {(failure.test, failure.expression) for failure in result.failures}
    # The second question of each case asks for a hundredth more than what was solved for.
    assert answers == {(number, 1) for number in range(len(SOLVED))}


def forwards(expr: str, value: str) -> dict[str, Any]:
    """A promtool test with the solver's series: is `expr` the value, is it a little more."""
    solver = Solver(project_builder.project())
    solver.solve(parse(expr), Fraction(value))
    wanted = float(value)
    return {
        "interval": "1m",
        "input_series": [
            {"series": one.selector, "values": _samples(one)} for one in solver.series
        ],
        "promql_expr_test": [
            {
                "expr": f"sum(abs({expr} - {asked}) < bool 1e-6)",
                "eval_time": "2h",
                "exp_samples": [{"labels": "{}", "value": 1}],
            }
            for asked in (wanted, 1.01 * wanted)
        ],
    }


def _samples(one: InputSeries) -> str:
    value = float(one.value)
    return f"0+{60 * value!r}x130" if one.counter else f"{value!r}x130"


NO_RULES = {"groups": [{"name": "none", "rules": []}]}
UNSOLVABLE = {
    "a counter that falls": (
        ALL, "-1", "`app_events_total` would have to be under what other parts need"),
    "more than the whole": (
        f"{READS} / {ALL}", "2", "no labels of `app_events_total` keep its parts apart"),
    "past the last edge": (P90, "3", "a quantile of 3 lies outside the buckets"),
    "at the lower end of the first bucket": (P90, "0", "a quantile of 0 lies outside the buckets"),
    "a histogram that is not declared": (
        P90.replace("app_latency", "x"), "1", "`x_bucket` has no declared buckets"),
    "buckets of two series": (
        "histogram_quantile(0.9, x + y)", "1",
        "`histogram_quantile(0.9, x{} + y{})` reads more than one series"),
    "a gauge's rate": (
        "rate(app_queue_depth[5m])", "1", "`app_queue_depth` is a gauge and has no rate"),
    "a deviation": (
        "stddev(app_queue_depth)", "1", "`stddev(app_queue_depth{})` cannot be read backwards"),
    "the time": (
        "time() - app_queue_depth", "1", "`time() - app_queue_depth{}` cannot be read backwards"),
    "a prediction": ("predict_linear(app_queue_depth[1h], 5)", "1",
                     "`predict_linear()` cannot be read backwards"),
}  # fmt: skip


@pytest.mark.parametrize(("expr", "value", "why"), UNSOLVABLE.values(), ids=UNSOLVABLE)
def test_says_why_not(expr: str, value: str, why: str) -> None:
    with pytest.raises(UnsolvableError) as error:
        solved(expr, value)
    assert str(error.value) == why


SATISFIED: dict[str, tuple[str, list[float]]] = {
    "a selector": ("app_queue_depth", [1]),
    "a sum, whatever it is": ("app_queue_depth * 2", [0.5]),
    "in brackets": ("(app_queue_depth == 2)", [2]),
    "both sides": ("app_queue_depth == 2 and app_events_total == 3", [2, 3]),
    "one of two": ("app_queue_depth == 2 or app_events_total == 3", [2]),
    "and not the other": ("app_queue_depth == 2 unless app_events_total == 3", [2]),
    "two windows of one": (f"{ALL} > 1 and {ALL.replace('5m', '1h')} > 1", [100]),
    "a share: the last clear value that is one": (f"{READS} / {ALL} > 0.2", [60_000, 40_000]),
}


@pytest.mark.parametrize(("expr", "levels"), SATISFIED.values(), ids=SATISFIED)
def test_satisfies_conditions_clearly(expr: str, levels: list[float]) -> None:
    solver = Solver(project_builder.project(), attempt=2 if "/" in expr else 0)
    solver.satisfy(parse(expr))
    assert [float(one.value) for one in solver.series] == levels


def test_a_comparison_of_two_series_cannot_be_satisfied() -> None:
    with pytest.raises(UnsolvableError, match=r"`up\{\} > up\{\}` compares two series"):
        Solver(project_builder.project()).satisfy(parse("up > up"))


def test_a_target_is_met_exactly_and_the_other_conditions_clearly() -> None:
    node = parse("app_queue_depth > 3 and app_events_total > 4")
    assert isinstance(node, promql_parser.BinaryExpr)
    solver = Solver(project_builder.project(), targets={id(node.lhs): Fraction(3)})
    solver.satisfy(node)
    assert [float(one.value) for one in solver.series] == [3, 400]


def test_reads_recordings_as_what_they_record_and_pushes_matchers_inside() -> None:
    rate = Recording(
        name="kind:app_events:rate5m",
        expr="sum by (kind) (rate(app_events_total[5m]))",
        because="It is tested.",
    )
    found = solved(f'sum({rate}{{kind="write"}})', "2", project_builder.project(recordings=(rate,)))
    assert list(found.values()) == [2]
    assert 'kind="write"' in next(iter(found))


EVENTS_BY_ZONE = "sum by (zone) (rate(app_events_total[5m]))"
READS_BY_ZONE = 'sum by (zone) (rate(app_events_total{kind="read"}[5m]))'
RECORDED = {
    "times a number": (f"100 * {EVENTS_BY_ZONE}", [0.005]),
    "divided by a number": (f"{EVENTS_BY_ZONE} / 2", [1]),
    "a number less it": (f"1 - {EVENTS_BY_ZONE}", [0.5]),
    "filtered": (f"{EVENTS_BY_ZONE} > 0.1", [0.5]),
    "one of two": (f"{EVENTS_BY_ZONE} or {READS_BY_ZONE}", [0.5]),
    "a share": (f"{READS_BY_ZONE} / {EVENTS_BY_ZONE}", [50_000, 50_000]),
    "a share with a guard": (f"{READS_BY_ZONE} / ({EVENTS_BY_ZONE} > 1)", [50_000, 50_000]),
    "the rest": (f"({EVENTS_BY_ZONE} - {READS_BY_ZONE}) / {EVENTS_BY_ZONE}", [50_000, 50_000]),
    "an average of it": ("avg_over_time(app_events_total[5m])", [0.5]),
}


@pytest.mark.parametrize(("expr", "levels"), RECORDED.values(), ids=RECORDED)
def test_what_is_asked_of_a_recording_is_asked_of_all_that_it_reads(
    expr: str, levels: list[float]
) -> None:
    made = Recording(name="zone:app:it", expr=expr, because="It is tested.")
    project = project_builder.project(recordings=(made,))
    found = solved(f'{made}{{zone="b"}}', "0.5", project)
    assert [selector for selector in found if 'zone="b"' not in selector] == []
    assert sorted(found.values()) == levels


def test_what_is_asked_of_a_recorded_quantile_is_asked_of_its_buckets() -> None:
    made = Recording(
        name="kind:app_latency:p90",
        expr="histogram_quantile(0.9, sum by (kind, le) (rate(app_latency_bucket[5m])))",
        because="It is tested.",
    )
    project = project_builder.project(recordings=(made,))
    found = solved(f'{made}{{kind="write"}}', "0.5", project)
    assert list(map(_with_labels_sorted, found)) == [
        f'app_latency_bucket{{kind="write", le="{bound}"}}'
        for bound in ("0.1", "0.5", "1.0", "+Inf")
    ]


def test_a_recorded_difference_is_solved_after_its_whole() -> None:
    """Such as the slow ones: all less those in a bucket."""
    count, fast = "rate(app_latency_count[5m])", 'rate(app_latency_bucket{le="0.5"}[5m])'
    slow = Recording(
        name="job:app_latency:slow", expr=f"sum({count}) - sum({fast})", because="It is tested."
    )
    project = project_builder.project(recordings=(slow,))
    found = solved(f"{slow} / sum({count})", "0.25", project)
    assert {name.partition("{")[0]: value for name, value in found.items()} == {
        "app_latency_count": float(EVENTS),
        "app_latency_bucket": float(EVENTS) * 3 / 4,
    }
