"""Which labels a result has, and has not, operator by operator and function by function."""

from importlib.metadata import version

import promql_parser as parser
import pytest

from toolkit.prometheus.label_flow.functions import KEEPS, LABELLESS, WITH_RULES
from toolkit.prometheus.label_flow.labels_of_expression import CHOOSING, FOLDING, Flow
from toolkit.prometheus.label_flow.result_labels import (
    MOST_ALTERNATIVES,
    Certainty,
    Labels,
    Result,
    State,
    all_possible,
    why_absent,
)
from toolkit.prometheus.promql_syntax_tree import Span, tree

SERIES = {
    "a": ("x", "y", "job"),
    "b": ("x", "z", "job"),
    "h_bucket": ("x", "le"),
}


def labels_of(selector: parser.VectorSelector, span: Span) -> Result | None:
    if selector.name not in SERIES:
        return None
    why = Certainty(f"declared on `{selector.name}`", span)
    lacking = Certainty(f"not declared on `{selector.name}`", span)
    return (Labels(present=dict.fromkeys(SERIES[selector.name], why), others=lacking),)


def result(text: str) -> Result:
    return Flow(tree(text), labels_of).result


POSSIBLE = {
    "a": {"x", "y", "job"},
    "rate(a[5m])": {"x", "y", "job"},
    "sum(a)": set(),
    "sum by (x) (a)": {"x"},
    "sum by (x, z) (a)": {"x"},
    "sum without (x) (a)": {"y", "job"},
    "topk by (x) (3, a)": {"x", "y", "job"},
    "histogram_quantile(0.9, sum by (le, x) (rate(h_bucket[5m])))": {"x"},
    "a > 1": {"x", "y", "job"},
    "1 < a": {"x", "y", "job"},
    "sum by (x) (a) / on (x) b": {"x"},
    "sum by (x, y) (a) / ignoring (y) sum by (x) (b)": {"x"},
    "a * on (x) group_left (z) b": {"x", "y", "job", "z"},
    "a * on (x) group_right (y) b": {"x", "z", "job", "y"},
    "a unless on (x) b": {"x", "y", "job"},
    "a or b": {"x", "y", "z", "job"},
    'absent(a{x="1", y!="2"})': {"x"},
    "absent(sum(a))": set(),
    'label_replace(a, "w", "$1", "x", "(.*)")': {"x", "y", "job", "w"},
    "-(a)": {"x", "y", "job"},
    "max_over_time(sum by (x) (a)[1h:1m])": {"x"},
    "vector(1)": set(),
    "time()": set(),
    "scalar(a)": set(),
    "hour()": set(),
    "vector(scalar(a))": set(),
    "clamp(a, scalar(b), 5)": {"x", "y", "job"},
    "clamp_max(a, scalar(b))": {"x", "y", "job"},
    "round(a, 1 / 8)": {"x", "y", "job"},
    "predict_linear(a[6h], 24 * 3600)": {"x", "y", "job"},
    "quantile_over_time(scalar(b), a[5m])": {"x", "y", "job"},
    'sort_by_label(a, "x")': {"x", "y", "job"},
    "a / scalar(b)": {"x", "y", "job"},
    "pi() * b": {"x", "z", "job"},
    'count_values by (x) ("v", a)': {"x", "v"},
    "info(sum by (x) (a))": {"x"},
    'info(sum by (x, job) (a), {version=~".+", x="1"})': {"x", "job", "version"},
    'count_values without (v) ("v", a)': {"x", "y", "job"},
    'histogram_quantiles(h_bucket, "q", 0.5, 0.9)': {"x", "q"},
    'histogram_quantiles(h_bucket, (("q")), 0.5, 0.9)': {"x", "q"},
    'label_replace(sum by (x) (a), ("y"), ("$1"), ("x"), ("(.*)"))': {"x", "y"},
}
ANYTHING = ("c", "rate(c[5m])", "c or a", "sum without (x) (c)", "info(a)")


@pytest.mark.parametrize(("text", "labels"), POSSIBLE.items(), ids=POSSIBLE)
def test_all_labels_that_a_result_may_have(text: str, labels: set[str]) -> None:
    assert all_possible(result(text)) == frozenset(labels)


@pytest.mark.parametrize("text", ANYTHING)
def test_what_nobody_declared_may_have_any_label(text: str) -> None:
    assert all_possible(result(text)) is None


PRESENT, ABSENT, UNKNOWN = State.PRESENT, State.ABSENT, State.UNKNOWN
MANY = "|".join(map(str, range(11)))
STATES = {
    'c{x="1"}': (PRESENT, {"1"}),
    'c{x=~"1|2"}': (PRESENT, {"1", "2"}),
    'c{x=~"1.+"}': (PRESENT, None),
    'c{x!=""}': (PRESENT, None),
    'c{x=""}': (ABSENT, {""}),
    'c{x!~".+"}': (ABSENT, {""}),
    'c{x!="1"}': (UNKNOWN, None),
    'c{x=~".*"}': (UNKNOWN, None),
    'c{x="$var"}': (UNKNOWN, None),
    'c{x=~"$var"}': (UNKNOWN, None),
    'sum by (x) (c{x="1"})': (PRESENT, {"1"}),
    "sum by (x) (c)": (UNKNOWN, None),
    'info(c{x="1"})': (PRESENT, {"1"}),
    'info(c{x="1"}, {x="2"})': (PRESENT, {"1"}),
    'info(c{x=""})': (UNKNOWN, None),
    'info(c{x=""}, {y="1"})': (ABSENT, {""}),
    'info(c{x=""}, {x="1"})': (UNKNOWN, None),
    'info(c{x=""}, {__name__="build_info"})': (UNKNOWN, None),
    'info(sum by (y) (c{x="1"}))': (ABSENT, {""}),
    "sum(c)": (ABSENT, {""}),
    'c and on (x) c{x="1"}': (PRESENT, {"1"}),
    'c / ignoring (x) c{x="1"}': (ABSENT, {""}),
    'c * on (y) group_left (x) d{x="1"}': (PRESENT, {"1"}),
    "c * on (y) group_left (x) sum by (y) (d)": (ABSENT, {""}),
    'label_replace(c, "x", "new", "", "")': (PRESENT, {"new"}),
    'label_replace(c, "x", "new", "y", "1")': (UNKNOWN, None),
    'label_replace(c{x="1"}, "x", "new", "y", "1")': (PRESENT, {"1", "new"}),
    'label_replace(c{x="1"}, "x", "", "y", ".*")': (ABSENT, {""}),
    'label_replace(c{y="1"}, "x", "$1", "y", "(.*)")': (PRESENT, {"1"}),
    'label_join(c, "x", "-", "y", "z")': (PRESENT, None),
    'label_join(c{y=~"1|2", z="3"}, "x", "-", "y", "z")': (PRESENT, {"1-3", "2-3"}),
    'label_join(c{y="1"}, "x", "-", "y", "z")': (PRESENT, None),
    'label_join(sum by (y) (c{y="1"}), "x", "-", "y", "z")': (PRESENT, {"1-"}),
    f'label_join(c{{y=~"{MANY}", z=~"{MANY}"}}, "x", "", "y", "z")': (PRESENT, None),
    'label_join(sum(c), "x", "", "y")': (ABSENT, {""}),
    'c{x="1"} or c{x="2"}': (PRESENT, {"1", "2"}),
}


@pytest.mark.parametrize(("text", "wanted"), STATES.items(), ids=STATES)
def test_whether_a_label_is_there_and_its_values(
    text: str, wanted: tuple[State, set[str] | None]
) -> None:
    alternatives = Flow(tree(text)).result
    assert {labels.state("x") for labels in alternatives} == {wanted[0]}
    values = [labels.values_of("x") for labels in alternatives]
    found = None if None in values else frozenset().union(*(x for x in values if x))
    assert found == (wanted[1] if wanted[1] is None else frozenset(wanted[1]))


NEVER = {
    'c{x="1"} and c{x!="1"}': True,
    'c{x!="1"} * c{x=~"1"}': True,
    'c{x=~"1|2"} and c{x!~"1|2|3"}': True,
    'c{x=~"1|2"} and c{x!~"1|3"}': False,
    'c{x="1"} and c{x=~"2.*"}': True,
    'c{x="12"} and c{x=~"1.*"}': False,
    'c{x="a"} and c{x=~"[[:digit:]]"}': False,  # Python reads another class: not judged
    'c{x="1"} and on (y) c{x!="1"}': False,
    'c{x="1"} and ignoring (x) c{x!="1"}': False,
    'c{x="1"} and sum by (x) (c{x!="1"})': True,
    'c{x="1"} and sum by (y) (c{x!="1"})': True,
    'sum(c{x="1"}) and sum(c{x!="1"})': False,
    'c{x="1"} and label_replace(c{x!="1"}, "x", "1", "", "")': False,
    'sum(c) and sum by (x) (c{x!="1"})': False,
    'c{x="1"} and (c{x!="1"} or c)': False,
    'c{x="1"} + fill(0) c{x="2"}': False,
    'c{x="1"} + on (x) fill_left(0) c{x="2"}': False,
    'c{x="1"} + on (x) c{x="2"}': True,
}


@pytest.mark.parametrize(("text", "never"), NEVER.items(), ids=NEVER)
def test_which_sides_never_match(text: str, *, never: bool) -> None:
    result = Flow(tree(text)).result
    assert all(x.empty is not None for x in result) is never


REASONS = {
    "sum(rate(c[5m]))": ("removed by `sum(…)`, which has no `by`", "sum(rate(c[5m]))"),
    "max by (y) (sum by (z) (c))": ("removed by `sum by (z)`", "sum by (z) (c)"),
    "sum without (x) (c) > 1": ("removed by `sum without (x)`", "x"),
    'abs(c{x=""})': ('excluded by `x=""`', 'x=""'),
    "a / on (y) b": ("removed by `on (y)`", "a / on (y) b"),
    'absent(c{y="1"})': ("not given by `=` in the selector of `absent`", 'c{y="1"}'),
    "c * on (y) group_left (x) sum by (y) (d)": (
        "overwritten by `group_left`, whose side does not have it",
        "x",
    ),
    "vector(1)": ("lost in `vector`, whose result has no labels", "vector(1)"),
}


@pytest.mark.parametrize(("text", "wanted"), REASONS.items(), ids=REASONS)
def test_why_a_label_is_not_there_and_where_it_was_lost(text: str, wanted: tuple[str, str]) -> None:
    why = why_absent(Flow(tree(text)).result, "x")
    assert why is not None
    assert (why.reason, text[slice(*why.span)]) == wanted


def test_many_alternatives_become_one_that_says_less() -> None:
    few = " or ".join(f'c{{x="{n}", y="{n}"}}' for n in range(MOST_ALTERNATIVES))
    assert len(Flow(tree(few)).result) == MOST_ALTERNATIVES
    (one,) = Flow(tree(f'{few} or c{{x="many"}}')).result
    assert one.state("x") is PRESENT
    assert one.values_of("x") is None
    assert one.state("y") is UNKNOWN


def test_every_function_and_aggregation_has_its_place() -> None:
    """promql-parser lists none, so that a new release must be looked through: for new ones."""
    assert version("promql-parser") == "0.11.0"
    assert not KEEPS & LABELLESS | KEEPS & WITH_RULES | LABELLESS & WITH_RULES
    for name in sorted(KEEPS | LABELLESS | WITH_RULES):
        with pytest.raises(ValueError, match="expected"):
            parser.parse(f"{name}(a, a, a, a, a, a, a, a)")  # known, and called wrongly
    for name in sorted(CHOOSING | FOLDING):
        with pytest.raises(ValueError, match=r"(?i)argument|parameter|expected|type"):
            parser.parse(f"{name}(a, a, a)")
