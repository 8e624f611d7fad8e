"""Which scenarios a command line runs, and with what."""

from dataclasses import replace

import pytest

from toolkit.config.load_mixes import MixedScenario
from toolkit.errors import UsageError
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.scenario_selection import CONCURRENT, divided_thresholds, mixed, plans
from toolkit.load.workload import Loop

DEFINITIONS = LoadDefinitions(
    normal="quiet", sustained="steady", failures=("forged", "broken"), rate_limit=("flood",)
)
NOTHING = LoadPlan(scenario="", url="http://shop", seed=7, targets_file="/run/targets.json")


def selected(base: LoadPlan, **flags: bool) -> list[str]:
    return [plan.scenario for plan in plans(DEFINITIONS, base, known=(), **flags)]


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
        plans(DEFINITIONS, NOTHING, known=("rush", "quiet"))
    assert caught.value.fix == "name one of quiet, rush."
    with pytest.raises(UsageError, match="write one in the folder `loadtests`"):
        plans(DEFINITIONS, NOTHING)


# --- mixes ---


def test_an_unknown_shape_in_a_mix_is_refused_before_anything_starts() -> None:
    """It became a scenario that sent nothing, with words of Locust's parser."""
    mixes = {"evening": {"normal": MixedScenario(rate=20, shape="spkie")}}
    with pytest.raises(UsageError, match=r"normal, in the mix: unknown shape .* mean 'spike'\?"):
        mixed(mixes, "evening", NOTHING)


MIXES = {
    "evening": {
        "normal": MixedScenario(rate=20, shape="ramp", duration="1m", thresholds=("rps>=1",)),
        "rush": MixedScenario(concurrent=3, start="30s"),
        "soak": MixedScenario(requests=50),
    }
}


def test_each_scenario_of_a_mix_has_its_own_load_and_shares_how_it_is_sent() -> None:
    base = LoadPlan(
        scenario="", url="http://h", seed=7, seconds=90, insecure=True, targets_file="t/a.json"
    )
    normal, rush, soak = mixed(MIXES, "evening", base)
    assert (normal.rate, normal.shape, normal.seconds, normal.start_seconds) == (20, "ramp", 60, 0)
    assert normal.thresholds == ("rps>=1",)
    assert (rush.loop, rush.users, rush.seconds, rush.start_seconds) == (Loop.CLOSED, 3, 90, 30)
    assert (soak.loop, soak.users, soak.requests) == (Loop.CLOSED, CONCURRENT, 50)
    assert {(x.url, x.seed, x.insecure) for x in (normal, rush, soak)} == {("http://h", 7, True)}
    # Prometheus would read one load for another.
    assert len({x.targets_file for x in (normal, rush, soak)}) == 3
    assert all(x.targets_file.endswith(".json") for x in (normal, rush, soak))


def test_a_mix_that_is_not_there_gets_a_guess() -> None:
    base = LoadPlan(scenario="", url="")
    with pytest.raises(UsageError, match=r"unknown mix 'evenin'; did you mean 'evening'\?"):
        mixed(MIXES, "evenin", base)
    with pytest.raises(UsageError, match=r"unknown mix 'evening' \(known: none\)"):
        mixed({}, "evening", base)


def test_what_a_mix_says_for_each_scenario_is_not_said_for_all() -> None:
    base = LoadPlan(scenario="normal", url="", rate=3.0, tags=("buy",))
    with pytest.raises(UsageError, match=r"SCENARIO, --rate, --tag .* would be for one scenario"):
        mixed(MIXES, "evening", base)


def test_thresholds_beside_a_mix_are_of_one_scenario_by_name_or_of_all_together() -> None:
    given = ("rush: p(95)<9", "rps>=30", "normal: order: max<5", "normal: rps>=2", "quiet: med<1")
    base = LoadPlan(scenario="", url="", thresholds=given)
    normal, rush, soak = mixed(MIXES, "evening", base)
    assert normal.thresholds == ("order: max<5", "rps>=2")  # in place of the mix's own rps>=1
    assert (rush.thresholds, soak.thresholds) == (("p(95)<9",), ())
    assert divided_thresholds(MIXES["evening"], given)[1] == ("rps>=30", "quiet: med<1")


def test_tags_of_a_mixs_scenario_are_locusts() -> None:
    mixes = {"m": {"normal": MixedScenario(tags=("buy", "sell"), exclude_tags=("slow",))}}
    (plan,) = mixed(mixes, "m", LoadPlan(scenario="", url="u"))
    assert plan.options()[-5:] == ["--tags", "buy", "sell", "--exclude-tags", "slow"]
