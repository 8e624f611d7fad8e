"""A promise that could not be measured is refused."""

from dataclasses import replace

import pytest

from tests.support.project_builder import DEPTH, EVENTS, LATENCY
from toolkit.catalogue import (
    EXAMPLE_VALUES,
    Kind,
    Label,
    Matcher,
    Metric,
    Unit,
    matching,
    none_of,
    one_of,
)
from toolkit.errors import DefinitionError
from toolkit.objectives import AvailabilityObjective, LatencyObjective


def test_a_bound_on_a_bucket_edge_is_accepted() -> None:
    assert LatencyObjective(LATENCY, 0.95, 0.5).seconds == 0.5


def test_a_bound_of_whole_seconds_is_written_as_prometheus_clients_write_it() -> None:
    assert LatencyObjective(LATENCY, quantile=0.9, seconds=0.5).bound == "0.5"
    assert LatencyObjective(LATENCY, quantile=0.9, seconds=1).bound == "1.0"


def test_the_bucket_in_time_is_found_as_python_and_as_others_write_it() -> None:
    whole = LatencyObjective(LATENCY, quantile=0.9, seconds=1)
    assert str(whole.in_time) == '="1.0"'  # our own instruments are Python's
    foreign = replace(LATENCY, foreign=True)
    assert str(LatencyObjective(foreign, 0.9, 1).in_time) == r'=~"1\\.0|1"'
    assert str(LatencyObjective(foreign, 0.9, 0.5).in_time) == '="0.5"'


def test_a_bound_between_edges_is_refused_with_the_edges() -> None:
    with pytest.raises(DefinitionError) as caught:
        LatencyObjective(LATENCY, 0.95, 0.3)
    assert str(caught.value) == (
        "app_latency: the objective of 0.3 s is not a bucket edge.\n"
        "  fix: choose one of 0.1, 0.5, 1, or add 0.3 to the buckets."
    )


@pytest.mark.parametrize("quantile", [0, 1, 95])
def test_a_quantile_outside_0_to_1_is_refused(quantile: float) -> None:
    with pytest.raises(DefinitionError, match=rf"quantile {quantile} is not in 0\.\.1"):
        LatencyObjective(LATENCY, quantile, 0.5)


def test_a_latency_objective_needs_a_histogram() -> None:
    with pytest.raises(DefinitionError, match="a latency objective needs a histogram"):
        LatencyObjective(DEPTH, 0.95, 0.5)


def test_an_availability_objective_checks_what_it_calls_bad() -> None:
    assert AvailabilityObjective(EVENTS, {"kind": one_of("write")}, 0.99).share == 0.99
    with pytest.raises(DefinitionError, match="kind is never 'wrote'; did you mean 'write'"):
        AvailabilityObjective(EVENTS, {"kind": one_of("wrote")}, 0.99)
    with pytest.raises(DefinitionError, match="needs a counter"):
        AvailabilityObjective(DEPTH, {}, 0.99)
    with pytest.raises(DefinitionError, match=r"share 99 is not in 0\.\.1"):
        AvailabilityObjective(EVENTS, {}, 99)


CODE = Label("code", values=("200", "404", "500", "503"))
OPEN = Label("code", at_most=50)
BAD = {
    "words": (one_of("503", "500"), CODE, ("503", "500"), ("200", "404")),
    "a pattern": (matching("5.."), CODE, ("500", "503"), ("200", "404")),
    "all but one": (none_of("200"), CODE, ("404", "500", "503"), ("200",)),
    "all but some": (none_of("200", "404"), CODE, ("500", "503"), ("200", "404")),
    "a pattern of an open label": (
        matching("5.."),
        OPEN,
        ("500", "503", "5xx"),
        ("any", "200", "301", "404", "429", "2xx", "3xx", "4xx"),
    ),
    "all but a word of an open label": (
        none_of("200"),
        OPEN,
        ("any", "301", "404", "429", "500", "503", "2xx", "3xx", "4xx", "5xx"),
        ("200",),
    ),
    "a word that nobody knows": (one_of("x"), OPEN, ("x",), EXAMPLE_VALUES),
}


@pytest.mark.parametrize(("matcher", "label", "bad", "good"), BAD.values(), ids=BAD)
def test_bad_and_good_values_are_those_that_prometheus_would_select(
    matcher: Matcher, label: Label, bad: tuple[str, ...], good: tuple[str, ...]
) -> None:
    counter = Metric("x_total", Kind.COUNTER, "X.", unit=Unit.COUNT, labels=(label,))
    made = AvailabilityObjective(counter, {"code": matcher}, 0.99)
    assert made.bad_values(label) == bad
    assert made.good_values(label) == good


@pytest.mark.parametrize(("seconds", "bound"), [(1.0, "1.0"), (1, "1.0"), (0.5, "0.5")])
def test_a_bound_is_written_as_clients_write_it(seconds: float, bound: str) -> None:
    assert LatencyObjective(LATENCY, 0.95, seconds).bound == bound
