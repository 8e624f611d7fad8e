"""However a foreground `up` ends, nothing of its stack stays, or `down` can end it."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.stack import process, start_and_stop

pytestmark = pytest.mark.programs

SCRIPT = "tests.support.foreground_up"


@contextmanager
def foreground(root: Path, behaviour: str = "") -> Iterator[subprocess.Popen[str]]:
    """`up` in a process of its own; its standard output says "up" once it is."""
    with subprocess.Popen(
        [sys.executable, "-m", SCRIPT, str(root), behaviour],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        try:
            yield child
        finally:
            child.kill()


def is_up(child: subprocess.Popen[str]) -> bool:
    assert child.stdout is not None
    return child.stdout.readline() == "up\n"


def test_a_killed_up_leaves_a_stack_that_down_ends(folder: Path) -> None:
    with foreground(folder.parent) as child:
        assert is_up(child)
        child.kill()
        child.wait()
    stack = start_and_stop.running(folder)
    assert stack is not None
    assert [s.health.value for s in start_and_stop.status(folder)] == ["ready"] * 3
    assert start_and_stop.down(folder) == ("service", "prometheus", "alertmanager")
    assert process.family(stack.components, str(folder)) == []


def test_an_up_killed_while_it_starts_leaves_a_stack_that_down_ends(folder: Path) -> None:
    with foreground(folder.parent, "never ready") as child:
        eventually(lambda: len(process.family((), str(folder))) == 3, "three have started")
        child.kill()
        child.wait()
    # The last may not have been recorded yet: then only its mark tells that it is ours.
    assert start_and_stop.down(folder)[:2] == ("service", "prometheus")
    assert process.family((), str(folder)) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("behaviour", ["", "never ready"], ids=["while up", "while starting"])
def test_an_interrupted_up_takes_its_stack_along(
    folder: Path, number: signal.Signals, behaviour: str
) -> None:
    with foreground(folder.parent, behaviour) as child:
        if behaviour:
            eventually(lambda: process.family((), str(folder)), "the first has started")
        else:
            assert is_up(child)
        child.send_signal(number)
        assert child.wait(timeout=PATIENCE_SECONDS) == 130
    assert process.family((), str(folder)) == []
    assert start_and_stop.running(folder) is None


def test_a_server_that_ends_takes_the_rest_along(folder: Path) -> None:
    with foreground(folder.parent) as child:
        assert is_up(child)
        stack = start_and_stop.running(folder)
        assert stack is not None
        psutil.Process(stack.components[2].pid).kill()
        assert child.wait(timeout=PATIENCE_SECONDS) == 3
        assert child.stderr is not None
        shown = child.stderr.read()
    assert f"alertmanager (pid {stack.components[2].pid}) was ended by SIGKILL" in shown
    assert "Listening" in shown
    assert process.family(stack.components, str(folder)) == []


def test_down_from_elsewhere_ends_a_foreground_up_without_an_alarm(folder: Path) -> None:
    with foreground(folder.parent) as child:
        assert is_up(child)
        # Its servers are the other process's children, reaped by nobody until it ends.
        assert start_and_stop.down(folder) == ("service", "prometheus", "alertmanager")
        assert child.wait(timeout=PATIENCE_SECONDS) == 0
