"""Which scenarios a command line runs, and with what."""

from dataclasses import replace

import pytest

from toolkit.errors import UsageError
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.scenario_selection import plans
from toolkit.load.workload import Loop

DEFINITIONS = LoadDefinitions(
    normal="quiet", sustained="steady", failures=("forged", "broken"), rate_limit=("flood",)
)
NOTHING = LoadPlan(scenario="", url="http://shop", seed=7, targets_file="/run/targets.json")


def selected(base: LoadPlan, **flags: bool) -> list[str]:
    return [plan.scenario for plan in plans(DEFINITIONS, base, **flags)]


def test_a_named_scenario_is_run_and_no_other() -> None:
    assert plans(DEFINITIONS, replace(NOTHING, scenario="rush", rate=9)) == (
        replace(NOTHING, scenario="rush", rate=9),
    )


def test_a_number_of_requests_is_normal_traffic_in_a_closed_loop_of_ten() -> None:
    (plan,) = plans(DEFINITIONS, replace(NOTHING, requests=20))
    assert (plan.scenario, plan.loop, plan.users) == ("quiet", Loop.CLOSED, 10)
    (plan,) = plans(DEFINITIONS, replace(NOTHING, requests=20, users=3))
    assert plan.users == 3


OPEN = {"rate": {"rate": 5.0}, "shape": {"shape": "ramp"}, "stages": {"stages": "a.yml"}}


@pytest.mark.parametrize("given", OPEN.values(), ids=OPEN)
def test_a_number_of_requests_at_a_rate_is_an_open_loop(given: dict[str, object]) -> None:
    base = replace(NOTHING, requests=20, **given)  # type: ignore[arg-type] # fields by name
    (plan,) = plans(DEFINITIONS, base)
    assert (plan.loop, plan.users) == (None, 0)


@pytest.mark.parametrize("given", OPEN.values(), ids=OPEN)
def test_a_closed_loop_has_no_rate(given: dict[str, object]) -> None:
    base = replace(NOTHING, scenario="rush", loop=Loop.CLOSED, **given)  # type: ignore[arg-type] # fields by name
    with pytest.raises(UsageError, match="--concurrent is a closed loop"):
        plans(DEFINITIONS, base)


def test_flags_add_scenarios_in_their_order() -> None:
    assert selected(NOTHING, load_test=True) == ["steady"]
    assert selected(NOTHING, failures=True) == ["forged", "broken"]
    assert selected(NOTHING, rate_limit=True) == ["flood"]
    every = selected(replace(NOTHING, requests=5), load_test=True, failures=True, rate_limit=True)
    assert every == ["steady", "forged", "broken", "flood"]


def test_what_was_given_holds_for_the_failures_and_thresholds_for_the_first_alone() -> None:
    base = replace(NOTHING, requests=5, users=2, thresholds=("rps>1",), abort=True, rate=0.0)
    first, forged, _, flood = plans(DEFINITIONS, base, failures=True, rate_limit=True)
    assert (first.thresholds, first.abort) == (("rps>1",), True)
    assert (forged.thresholds, forged.abort) == ((), False)
    assert (forged.requests, forged.users, forged.loop) == (5, 2, Loop.CLOSED)
    # The limit is exceeded by a rate of its own.
    assert flood == replace(NOTHING, scenario="flood")


def test_nothing_to_run_says_what_to_type() -> None:
    with pytest.raises(UsageError, match="nothing to run") as caught:
        plans(DEFINITIONS, NOTHING)
    assert "`toolkit load quiet`" in caught.value.fix
