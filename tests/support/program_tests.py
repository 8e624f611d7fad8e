"""The longest tests come first, and `make test-fast` skips what starts programs or whole systems.

A plugin of pytest. Fixtures that start something, and the mark `needs`, mark their tests with
`programs` by themselves. A test that starts a program without the mark fails and says so;
otherwise the fast tests would become slow one by one. Modules that run a whole service, session or
system in their own process are marked `systems` by what they import.
"""

import os
import sys
from collections.abc import Generator, Sequence
from pathlib import Path

import pytest

from toolkit.prometheus import promtool_check

# What these fixtures give is a program that runs, or starts one.
STARTING = {"chromium", "copy", "launch", "load", "redis", "up"}

# What these run is whole, with its journals, event loops and waits, though in this process.
WHOLE = {"Desk", "Served", "TradingSession", "on_embedded", "run_session", "served"}

# The modules that take longest on a quiet machine, the longest first. Only their turn depends on
# it: where it is no longer true, the last worker ends later, and that is all.
LONGEST = (
    "tests/docs/test_trading_services.py",
    "tests/docs/test_your_own_service.py",
    "tests/docs/test_commands_online.py",
    "tests/loadtests/test_scenarios.py",
    "tests/preview/test_page.py",
    "tests/validate/test_watch_run.py",
    "tests/cli/test_demo.py",
    "tests/validators/test_real_stack.py",
    "tests/docs/test_commands_load.py",
    "tests/alerts/test_rule_tests.py",
    "tests/distributions/test_instruments.py",
    "tests/docs/test_ci.py",
    "tests/drill/test_real_drill.py",
    "tests/docs/test_commands_offline.py",
    "tests/adopt/test_init.py",
)

# When a test with programs hangs. One command of several ends after 480 s, and says which it was.
MOST_SECONDS = 900

_running: list[pytest.Item] = []


def pytest_configure() -> None:
    """Watch what is started."""
    sys.addaudithook(_refuse_unmarked)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what starts programs, and put the longest first, so that none runs last and alone."""
    for item in items:
        if item.get_closest_marker("needs") or STARTING & _fixtures(item):
            item.add_marker("programs")
        elif isinstance(item, pytest.Function) and WHOLE & vars(item.module).keys():
            item.add_marker("systems")
        if _may_take_long(item):
            item.add_marker(pytest.mark.timeout(MOST_SECONDS))
    items.sort(key=_turn)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Three workers for each core, since tests with programs wait more than they compute."""
    cores = os.cpu_count() or 1
    return cores if config.option.numprocesses == "logical" else 3 * cores


@pytest.fixture(autouse=True)
def promtool_has_nothing_to_say(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lints rule files asks promtool; tests that start no program see none of it."""
    if request.node.get_closest_marker("programs") is None:
        monkeypatch.setattr(promtool_check, "check_rules", lambda _promtool, _paths: ())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Remember which test runs."""
    _running.append(item)
    try:
        return (yield)
    finally:
        _running.pop()


def _fixtures(item: pytest.Item) -> set[str]:
    return set(getattr(item, "fixturenames", ()))


def _may_take_long(item: pytest.Item) -> bool:
    marks = {mark.name for mark in item.iter_markers()}
    return bool(marks & {"programs", "long"}) and "timeout" not in marks


def _turn(item: pytest.Item) -> int:
    module = item.nodeid.partition("::")[0]
    if module in LONGEST:
        return LONGEST.index(module)
    marks = ("programs", "systems")
    kind = next((n for n, mark in enumerate(marks) if item.get_closest_marker(mark)), len(marks))
    return len(LONGEST) + kind


def _refuse_unmarked(event: str, arguments: Sequence[object]) -> None:
    if event == "subprocess.Popen" and _running:
        item = _running[-1]
        if item.get_closest_marker("programs") is None:
            program = Path(str(arguments[0])).name
            pytest.fail(f"{item.nodeid} starts {program}: mark it with pytest.mark.programs")
