"""Both lists of scenarios pass on both buses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.bus.redis_streams import RedisBus
from target_app.services.system_test.run import SCENARIOS, run
from target_app.services.system_test.scenario import Limits, ScenarioList
from target_app.services.system_test.system import SystemUnderTest
from tests.support.embedded_system import on_embedded
from tests.support.redis_server import RedisServer
from tests.support.wait_until import PATIENCE_SECONDS

# A test depends on no speed; `toolkit system-test` has the true limits.
PATIENT = Limits(
    health_seconds=PATIENCE_SECONDS, signal_seconds=PATIENCE_SECONDS, success_share=0.95
)


async def all_pass(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
    results = await run(system, SCENARIOS, limits=PATIENT)
    assert [(x.scenario.name, x.failure) for x in results if not x.passed] == []
    assert len(results) == 18


def test_there_are_ten_and_eight() -> None:
    counts = {of: sum(x.of is of for x in SCENARIOS) for of in ScenarioList}
    assert counts == {ScenarioList.INTEGRATION: 10, ScenarioList.END_TO_END: 8}
    assert len({x.name for x in SCENARIOS}) == 18


def test_all_pass_in_memory(tmp_path: Path) -> None:
    on_embedded(tmp_path, all_pass)


@pytest.fixture
def server() -> Iterator[RedisServer]:
    made = RedisServer()
    made.start()
    yield made
    made.close()


@pytest.mark.needs("redis-server")
def test_all_pass_on_redis(tmp_path: Path, server: RedisServer) -> None:
    on_embedded(tmp_path, all_pass, bus_of=lambda: RedisBus(server.url))
