"""The example of a service in another language: checked anywhere, and run where Node is."""

from pathlib import Path

import pytest

from tests.support import required_programs
from tests.support.documents import commands
from tests.support.worked_example import WorkedExample
from toolkit.stack import start_and_stop

pytestmark = pytest.mark.programs

DISCOVER = "toolkit discover http://127.0.0.1:8080/metrics --against project"


@pytest.mark.long
@required_programs.PROMTOOL
def test_it_is_checked_without_node(tmp_path: Path) -> None:
    example = WorkedExample("node-checkout", tmp_path)
    offline = ("toolkit build", "toolkit lint", "toolkit test")
    rest = tuple(x for x in commands(example.page) if x not in offline)
    said = example.follow(without=rest)
    assert "all proved" in said["toolkit test"]


@required_programs.PROMTOOL
def test_it_runs_and_exports_what_it_declares(tmp_path: Path) -> None:
    example = WorkedExample("node-checkout", tmp_path)
    typed = commands(example.page)
    assert DISCOVER in typed
    assert example.type("toolkit build").returncode == 0
    try:
        assert example.type("toolkit up --detach").returncode == 0
        assert "toolkit load visitors --duration 20" in typed
        loaded = example.type("toolkit load visitors --duration 3")
        assert loaded.returncode == 0, loaded.stdout + loaded.stderr
        stack = start_and_stop.running(example.folder / ".toolkit")
        assert stack is not None
        (url,) = stack.addresses.services["checkout"]
        done = example.type(DISCOVER.replace("http://127.0.0.1:8080", url))
        assert done.stdout == "3 metrics are as declared.\n"
    finally:
        example.type("toolkit down")
