"""Expressions read backwards: which series give an expression the value that was asked for."""

from fractions import Fraction

import pytest

from tests.support import project_builder
from toolkit.alerts import Recording
from toolkit.project import Project
from toolkit.promql import parse
from toolkit.rule_tests.solver import EVENTS, UnsolvableError, World, conditions, number

ALL = "sum(rate(app_events_total[5m]))"
READS = 'sum(rate(app_events_total{kind="read"}[5m]))'
P90 = "histogram_quantile(0.9, sum by (le) (rate(app_latency_bucket[5m])))"
ONE_ZONE = 'zone="zone-1"'


def solved(expr: str, value: str, project: Project | None = None) -> dict[str, float]:
    """Growth a second or level of each series, under which `expr` has the value."""
    world = World(project or project_builder.project())
    world.solve(parse(expr), Fraction(value))
    return {flow.selector: float(flow.value) for flow in world.flows}


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
    found = solved(expr, value)
    assert {name: _sorted(name) for name in found} != {}
    assert {_sorted(name): value for name, value in found.items()} == pytest.approx(
        {_sorted(name): value for name, value in wanted.items()}
    )


def _sorted(selector: str) -> str:
    name, _, labels = selector.partition("{")
    return name + "{" + ", ".join(sorted(labels.rstrip("}").split(", ")))


UNSOLVABLE = {
    "a counter that falls": (ALL, "-1", "would have to be under what other parts need"),
    "more than the whole": (f"{READS} / {ALL}", "2", "keep its parts apart"),
    "past the last edge": (P90, "3", "a quantile of 3 lies outside the buckets"),
    "a histogram that nobody declared": (
        P90.replace("app_latency", "x"), "1", "`x_bucket` has no declared buckets"),
    "a gauge's rate": ("rate(app_queue_depth[5m])", "1", "`app_queue_depth` is a gauge"),
    "a deviation": ("stddev(app_queue_depth)", "1", "cannot be read backwards"),
    "the time": ("time() - app_queue_depth", "1", "cannot be read backwards"),
    "a prediction": ("predict_linear(app_queue_depth[1h], 5)", "1",
                     "`predict_linear()` cannot be read backwards"),
}  # fmt: skip


@pytest.mark.parametrize(("expr", "value", "why"), UNSOLVABLE.values(), ids=UNSOLVABLE)
def test_says_why_not(expr: str, value: str, why: str) -> None:
    with pytest.raises(UnsolvableError) as error:
        solved(expr, value)
    assert why in str(error.value)


def test_looks_through_recordings_and_pushes_matchers_inside() -> None:
    rate = Recording(
        name="kind:app_events:rate5m",
        expr="sum by (kind) (rate(app_events_total[5m]))",
        because="It is tested.",
    )
    found = solved(f'sum({rate}{{kind="write"}})', "2", project_builder.project(recordings=(rate,)))
    assert list(found.values()) == [2]
    assert 'kind="write"' in next(iter(found))


def test_finds_limits_and_guards_in_recordings_too() -> None:
    share = Recording(name="a:share:ratio", expr=f"{READS} / ({ALL} > 2)", because="It is tested.")
    project = project_builder.project(recordings=(share,))
    found = conditions(project, f"{share} > 0.1 and app_queue_depth >= 3")
    assert [(x.operator, float(x.limit), x.main) for x in found] == [
        (">", 0.1, True),
        (">", 2.0, False),
        (">=", 3.0, True),
    ]


def test_two_windows_over_one_limit_are_one_condition() -> None:
    short, long = ALL, ALL.replace("5m", "1h")
    found = conditions(project_builder.project(), f"{long} > 3 and {short} > 3")
    assert [float(x.limit) for x in found] == [3]
    assert len(conditions(project_builder.project(), f"{long} > 3 and {short} > 4")) == 2


@pytest.mark.parametrize(
    ("text", "wanted"),
    [("14.4 * 0.005", "0.072"), ("(1 - 0.25) / 3", "0.25"), ("2 + 2", "4"), ("-1", "-1")],
)
def test_reads_numbers(text: str, wanted: str) -> None:
    assert number(parse(text)) == Fraction(wanted)


@pytest.mark.parametrize("text", ["up", "2 ^ up", "Inf", "NaN", "1 / 0"])
def test_reads_nothing_else_as_a_number(text: str) -> None:
    assert number(parse(text)) is None
