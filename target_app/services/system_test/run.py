"""Runs scenarios one after the other; a result for each, whatever happens in it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from target_app.services.system_test import end_to_end, integration
from target_app.services.system_test.scenario import Figures, Limits, Scenario
from target_app.services.system_test.system import ExpectationError, SystemUnderTest

SCENARIOS = (*integration.SCENARIOS, *end_to_end.SCENARIOS)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioResult:
    """How a scenario ended; `failure` is empty where its claim is true."""

    scenario: Scenario
    seconds: float
    figures: dict[str, str] = field(default_factory=dict)
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether its claim is true."""
        return not self.failure


async def run(
    system: SystemUnderTest,
    scenarios: Sequence[Scenario],
    *,
    limits: Limits,
    progress: Callable[[str], None] = lambda _text: None,
) -> list[ScenarioResult]:
    """The results, in the order of the scenarios."""
    results = []
    for number, scenario in enumerate(scenarios, 1):
        progress(f"[{number}/{len(scenarios)}] {scenario.name}: {scenario.claim}")
        results.append(await run_one(system, scenario, limits))
    return results


async def run_one(system: SystemUnderTest, scenario: Scenario, limits: Limits) -> ScenarioResult:
    """The result of one."""
    figures, failure = Figures(), ""
    began = time.perf_counter()
    try:
        await scenario.run(system, figures, limits)
    except ExpectationError as error:
        failure = str(error)
    return ScenarioResult(
        scenario=scenario,
        seconds=time.perf_counter() - began,
        figures=figures.shown,
        failure=failure,
    )
