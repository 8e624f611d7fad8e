"""What signals do while servers start and end."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from toolkit.stack.process_signals import deferred, interruptible, undisturbed

NUMBERS = (signal.SIGTERM, signal.SIGHUP)


@pytest.fixture(autouse=True)
def heard() -> Iterator[list[int]]:
    """The signals that reach the handlers which the tests begin with."""
    numbers: list[int] = []
    before = {n: signal.signal(n, lambda number, _: numbers.append(number)) for n in NUMBERS}
    yield numbers
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", NUMBERS)
def test_sigterm_and_a_closed_terminal_interrupt(number: int, heard: list[int]) -> None:
    with pytest.raises(KeyboardInterrupt), interruptible():
        os.kill(os.getpid(), number)
    assert heard == []
    os.kill(os.getpid(), number)
    assert heard == [number], "afterwards the signal is handled as before"


@pytest.mark.parametrize("number", NUMBERS)
def test_undisturbed_nothing_interrupts(number: int, heard: list[int]) -> None:
    with undisturbed():
        os.kill(os.getpid(), number)
    assert heard == []
    os.kill(os.getpid(), number)
    assert heard == [number]


@pytest.mark.parametrize("number", [*NUMBERS, signal.SIGINT])
def test_deferred_a_signal_interrupts_at_the_end(number: int, heard: list[int]) -> None:
    done = []
    with pytest.raises(KeyboardInterrupt), deferred():  # noqa: PT012 - the block goes on
        os.kill(os.getpid(), number)
        done.append("the block")
    assert (done, heard) == (["the block"], [])
    with deferred():
        done.append("without a signal")
    assert done[-1] == "without a signal"


def test_deferred_within_undisturbed_nothing_interrupts(heard: list[int]) -> None:
    with undisturbed(), deferred():
        os.kill(os.getpid(), signal.SIGTERM)
    assert heard == []


def test_what_the_parent_switched_off_stays_off() -> None:
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    with interruptible():
        os.kill(os.getpid(), signal.SIGHUP)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def test_outside_the_main_thread_nothing_changes() -> None:
    before = [signal.getsignal(number) for number in NUMBERS]

    def within() -> list[object]:
        with interruptible():
            return [signal.getsignal(number) for number in NUMBERS]

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(within).result() == before
