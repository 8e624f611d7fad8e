"""The timer: it fires when it is due, once, and not after it was taken back. No locust here."""

import sys
import time
from pathlib import Path

import gevent
import pytest

from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.load_generator.precise_timer import PreciseTimer


def fired(timer_seconds: float, platform: str, monkeypatch: pytest.MonkeyPatch) -> float:
    """How many seconds after its start the timer fired."""
    monkeypatch.setattr(sys, "platform", platform)
    moments: list[float] = []
    timer = PreciseTimer(lambda: moments.append(time.perf_counter()))
    began = time.perf_counter()
    timer.start(timer_seconds)
    with gevent.Timeout(PATIENCE_SECONDS):
        while not moments:
            gevent.sleep(0.001)
    gevent.sleep(0.02)
    timer.close()
    assert len(moments) == 1
    return moments[0] - began


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_it_fires_once_and_never_early(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fired(0.0123, platform, monkeypatch) >= 0.0123
    assert fired(0.0, platform, monkeypatch) >= 0
    assert fired(-1.0, platform, monkeypatch) >= 0


@pytest.mark.parametrize("platform", ["linux", "darwin"])
def test_a_later_start_replaces_an_earlier_one_and_a_cancelled_one_does_not_fire(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", platform)
    calls: list[int] = []
    timer = PreciseTimer(lambda: calls.append(1))
    timer.start(0.01)
    timer.start(30)
    gevent.sleep(0.05)
    assert calls == []
    timer.start(0.01)
    timer.cancel()
    gevent.sleep(0.05)
    assert calls == []
    timer.close()


def test_its_descriptor_is_given_back() -> None:
    open_files = Path("/proc/self/fd")
    before = len(list(open_files.iterdir()))
    for _ in range(20):
        PreciseTimer(lambda: None).close()
    assert len(list(open_files.iterdir())) - before < 20
