"""The system test fails where a service is not ready, and counts the metrics where all are."""

import asyncio
from typing import Any, cast

import pytest

from target_app.services.system_test.end_to_end import metrics_and_readiness
from target_app.services.system_test.scenario import Figures, Limits
from target_app.services.system_test.system import SERVICES, ExpectationError, SystemUnderTest


class Answering:
    """A system of which one service may not be ready."""

    def __init__(self, away: str = "") -> None:
        self.away = away
        self.asked: list[str] = []

    async def ask(self, name: str, path: str) -> tuple[int, Any]:
        assert path == "/ready"
        self.asked.append(name)
        return (503, {"status": "starting"}) if name == self.away else (200, {"status": "ready"})

    async def value(self, _service: str, _metric: str) -> float:
        return 1.0


def run(system: Answering) -> Figures:
    figures = Figures()
    made = cast("SystemUnderTest", system)
    asyncio.run(metrics_and_readiness(made, figures, cast("Limits", None)))
    return figures


def test_all_are_asked_and_their_metrics_counted() -> None:
    system = Answering()
    assert run(system).shown == {"metrics": "25"}
    assert set(system.asked) == set(SERVICES)


@pytest.mark.parametrize("away", SERVICES)
def test_one_that_is_not_ready_fails_the_test(away: str) -> None:
    with pytest.raises(ExpectationError) as raised:
        run(Answering(away))
    assert str(raised.value) == f"{away}: /ready answers 503: {{'status': 'starting'}}"
