"""A promise that could not be measured is refused."""

import pytest

from tests.support.project_builder import DEPTH, EVENTS, LATENCY
from toolkit.catalogue import one_of
from toolkit.errors import DefinitionError
from toolkit.objectives import AvailabilityObjective, LatencyObjective


def test_a_bound_on_a_bucket_edge_is_accepted() -> None:
    assert LatencyObjective(LATENCY, 0.95, 0.5).seconds == 0.5


def test_a_bound_of_whole_seconds_is_written_as_prometheus_clients_write_it() -> None:
    assert LatencyObjective(LATENCY, quantile=0.9, seconds=0.5).bound == "0.5"
    assert LatencyObjective(LATENCY, quantile=0.9, seconds=1).bound == "1.0"


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
