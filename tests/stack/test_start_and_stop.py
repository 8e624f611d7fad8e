"""A stack of real servers: up, looked at, taken down, and never half left."""

import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import requests

from tests.stack.conftest import Up
from tests.support import small_stack
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.errors import ConfigurationError, StackError
from toolkit.stack import process, start_and_stop, state
from toolkit.stack.server_commands import StackFiles
from toolkit.stack.start_and_stop import Health
from toolkit.stack.state import Phase, RunningStack

NAMES = ("service", "prometheus", "alertmanager")


def answer(url: str) -> str:
    response = requests.get(url, timeout=PATIENCE_SECONDS)
    response.raise_for_status()
    return response.text


def alive(stack: RunningStack) -> list[int]:
    return [member.pid for member in process.family(stack.components, str(stack.state))]


def test_up_returns_once_all_are_ready_and_down_ends_all(up: Up, tmp_path: Path) -> None:
    told: list[str] = []
    stack = up(small_stack.config(tmp_path), progress=told.append)
    assert tuple(component.name for component in stack.components) == NAMES
    for component in stack.components:
        answer(component.url + component.ready)
        assert any(s.startswith(f"{component.name}: starting on {component.url}") for s in told)
        assert any(s.startswith(f"{component.name}: ready after ") for s in told)

    members = alive(stack)
    assert start_and_stop.down(stack.state) == NAMES
    assert [pid for pid in members if psutil.pid_exists(pid)] == []
    assert start_and_stop.status(stack.state) == ()


def test_a_second_down_finds_nothing_and_a_first_without_a_stack_too(
    up: Up, folder: Path, tmp_path: Path
) -> None:
    assert start_and_stop.down(folder) == ()
    assert not folder.exists()
    stack = up(small_stack.config(tmp_path))
    assert start_and_stop.down(stack.state) == NAMES
    assert start_and_stop.down(stack.state) == ()


def test_the_state_is_what_another_command_needs(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    assert start_and_stop.running(stack.state) == stack
    assert stack.phase is Phase.RUNNING
    environment = json.loads(answer(stack.addresses.services["service"][0] + "/environment"))
    assert stack.environment.items() <= environment.items()
    assert environment["FAKE_SECRET"] == stack.secret
    assert len(bytes.fromhex(stack.secret)) == 32
    assert environment["FAKE_STATE"] == str(stack.state)
    assert environment["FAKE_PORT"] == str(urlsplit(stack.addresses.services["service"][0]).port)


def test_prometheus_is_told_where_the_service_really_is(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    url = stack.addresses.services["service"][0]
    config = json.loads(answer(f"{stack.addresses.prometheus}/api/v1/status/config"))
    assert f"- {urlsplit(url).netloc}\n" in config["data"]["yaml"]


def test_status_tells_the_living_from_the_ended(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    assert [s.health for s in start_and_stop.status(stack.state)] == [Health.READY] * 3
    prometheus = psutil.Process(stack.components[1].pid)
    prometheus.kill()
    prometheus.wait()
    service, ended, _ = start_and_stop.status(stack.state)
    assert (ended.name, ended.health, ended.pid) == ("prometheus", Health.ENDED, prometheus.pid)
    assert (service.health, service.detail) == (Health.READY, "")

    told: list[str] = []
    assert start_and_stop.down(stack.state, progress=told.append) == ("service", "alertmanager")
    assert f"prometheus: has ended already (pid {prometheus.pid})" in told


def test_a_second_up_names_what_runs_and_how_to_end_it(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    with pytest.raises(StackError) as caught:
        up(small_stack.config(tmp_path))
    assert caught.value.message.startswith(f"{stack.state}: a stack runs here already: ")
    for component in stack.components:
        assert f"{component.name} (pid {component.pid})" in caught.value.message
    assert "toolkit down" in caught.value.fix
    assert [s.health for s in start_and_stop.status(stack.state)] == [Health.READY] * 3


def test_a_taken_port_is_left_to_its_owner(up: Up, tmp_path: Path) -> None:
    first = up(small_stack.config(tmp_path))
    config = small_stack.config(tmp_path)
    config = replace(config, stack=replace(config.stack, prometheus=first.addresses.prometheus))
    told: list[str] = []
    second = up(config, state=tmp_path / "second", progress=told.append)
    port = urlsplit(first.addresses.prometheus).port
    other = urlsplit(second.addresses.prometheus).port
    assert f"prometheus: port {port} is taken, so it gets {other}." in told


def test_two_stacks_side_by_side_do_not_touch_each_other(up: Up, tmp_path: Path) -> None:
    first = up(small_stack.config(tmp_path))
    second = up(small_stack.config(tmp_path), state=tmp_path / "second")
    assert first.secret != second.secret
    assert not set(alive(first)) & set(alive(second))
    assert start_and_stop.down(second.state) == NAMES
    assert [s.health for s in start_and_stop.status(first.state)] == [Health.READY] * 3


def test_a_server_that_refuses_its_configuration_leaves_nothing_running(
    up: Up, folder: Path, tmp_path: Path
) -> None:
    files = StackFiles(
        prometheus=lambda _: "scrape_confs: []\n", alertmanager=small_stack.FILES.alertmanager
    )
    with pytest.raises(StackError) as caught:
        up(small_stack.config(tmp_path), files=files)
    assert caught.value.message.startswith("prometheus (pid ")
    assert "before it was ready" in caught.value.message
    assert "field scrape_confs not found" in caught.value.message
    assert process.family((), str(folder)) == []
    assert start_and_stop.running(folder) is None


def test_a_service_that_dies_at_start_leaves_nothing_running(
    up: Up, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(StackError) as caught:
        up(small_stack.config(tmp_path, "dies"))
    assert "service: no database" in caught.value.message
    assert caught.value.status == 3
    assert process.family((), str(folder)) == []


def test_a_service_that_never_gets_ready_leaves_nothing_running(
    up: Up, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(StackError) as caught:
        up(small_stack.config(tmp_path, "never ready"), ready_seconds=0.5)
    assert caught.value.message.startswith("service (pid ")
    assert "is still not ready (" in caught.value.message
    assert process.family((), str(folder)) == []


def test_a_missing_program_is_noticed_before_anything_starts(
    up: Up, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(StackError) as caught:
        up(small_stack.config(tmp_path))
    assert caught.value.message.startswith("prometheus: not found on PATH")
    assert not (folder / "logs").exists()


def test_a_wrong_setting_is_noticed_before_anything_starts(
    up: Up, folder: Path, tmp_path: Path
) -> None:
    config = small_stack.config(tmp_path)
    config = replace(config, stack=replace(config.stack, environment={"A": "{port}{nothing}"}))
    with pytest.raises(ConfigurationError) as caught:
        up(config)
    assert "[tool.toolkit.stack.environment] A" in caught.value.message
    assert not (folder / "logs").exists()


def test_children_of_a_server_end_with_it(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path, "has a child"))
    (child,) = psutil.Process(stack.components[0].pid).children()
    assert start_and_stop.down(stack.state) == NAMES
    assert process.ending(child) == "ended"


def test_a_stale_state_file_stops_nobody(up: Up, folder: Path, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    start_and_stop.down(folder)
    ours = psutil.Process()  # the pids of the old stack belong to others now: to this test
    entries = tuple(replace(c, pid=ours.pid, started=1.0) for c in stack.components)
    state.write(replace(stack, components=entries))
    assert [s.health for s in start_and_stop.status(folder)] == [Health.ENDED] * 3
    assert start_and_stop.down(folder) == ()
    assert ours.is_running()

    state.write(replace(stack, components=entries))
    assert start_and_stop.status(up(small_stack.config(tmp_path)).state)[0].health is Health.READY


def test_a_broken_state_file_hides_nothing_from_down(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    state.path(stack.state).write_text("{", encoding="utf-8")
    with pytest.raises(StackError, match="a stack runs here already"):
        up(small_stack.config(tmp_path))
    told: list[str] = []
    ended = start_and_stop.down(stack.state, progress=told.append)
    assert set(ended) == {f"pid {component.pid}" for component in stack.components}
    assert "not a state file" in told[0]
    assert start_and_stop.running(stack.state) is None


def test_watch_reports_the_server_that_ends_and_stops_the_rest(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    prometheus = stack.components[1]
    psutil.Process(prometheus.pid).kill()
    with pytest.raises(StackError) as caught:
        start_and_stop.watch(stack)
    assert caught.value.message.startswith(
        f"prometheus (pid {prometheus.pid}) was ended by SIGKILL; the end of {prometheus.log}:\n"
    )
    assert "Server is ready to receive web requests" in caught.value.message
    eventually(lambda: not alive(stack), "the rest ends")


def test_watch_leaves_the_end_of_a_server_to_whoever_starts_it_again(
    up: Up, tmp_path: Path
) -> None:
    stack = up(small_stack.config(tmp_path))
    service, prometheus = stack.components[:2]
    psutil.Process(service.pid).kill()
    psutil.Process(prometheus.pid).kill()
    with pytest.raises(StackError, match="prometheus"):  # and says nothing of the service
        start_and_stop.watch(stack, restarted={service.name})


def test_watch_ends_quietly_when_the_stack_is_taken_down(up: Up, tmp_path: Path) -> None:
    stack = up(small_stack.config(tmp_path))
    start_and_stop.down(stack.state)
    start_and_stop.watch(stack)


def test_a_closed_terminal_does_not_keep_servers_from_ending(up: Up, tmp_path: Path) -> None:
    def closed(_sentence: str) -> None:
        raise BrokenPipeError

    stack = up(small_stack.config(tmp_path), progress=closed)
    assert start_and_stop.down(stack.state, progress=closed) == NAMES
    assert alive(stack) == []
