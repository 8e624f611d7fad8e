"""Ctrl-C at every stage of a load: its figures, 130, and never a traceback."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support.http_server import serving
from tests.support.interrupted_start import InterruptedStart
from tests.support.repository import ROOT
from tests.support.scenario_runs import JUDGED, remembering, write_scenario
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.config import pyproject
from toolkit.load.locust_process import running_locust
from toolkit.load.locust_process_messages import Instructions

pytestmark = pytest.mark.programs

SENT = (
    JUDGED
    + """
class Buyer(JudgedUser):
    load = DefaultLoad(rate=20, seconds=600)

    @task
    def buy(self):
        with self.ask("GET", "/200"):
            pass
"""
)


@pytest.mark.parametrize("stage", ["Locust is starting", "requests are sent"])
def test_an_interrupt_ends_a_load_with_its_figures(tmp_path: Path, stage: str) -> None:
    """In its first moments it ended with 2, and said that the scenario sent nothing."""
    handler = remembering()
    root = write_scenario(tmp_path, SENT)
    with serving(handler) as url:
        load = subprocess.Popen(
            [sys.executable, "-m", "toolkit", "load", "buy", "--url", url],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        try:
            assert load.stderr is not None
            assert load.stderr.readline() == f"buy: against {url}\n"
            if stage == "requests are sent":
                eventually(lambda: len(handler.asked) > 3, stage)
            load.send_signal(signal.SIGINT)
            out, err = load.communicate(timeout=PATIENCE_SECONDS)
        finally:
            load.kill()
            load.communicate()
    assert load.returncode == 130, out + err
    assert "Traceback" not in out + err
    # Before there is a Locust to ask, there are no figures.
    sent = int(out.partition("Sent:")[2].split()[0]) if out else 0
    assert sent == len(handler.asked), out + err
    if stage == "requests are sent":
        assert "! interrupted after " in out


def test_an_interrupt_while_locust_is_started_leaves_none(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It went on sending, and nobody counted it."""
    settings = pyproject.load(shop())
    monkeypatch.setattr(subprocess, "Popen", InterruptedStart.none_yet())
    sleeps = [sys.executable, "-c", "import time; time.sleep(600)"]
    with (
        pytest.raises(KeyboardInterrupt),
        running_locust(sleeps, settings, os.environ, Instructions()),
    ):
        pytest.fail("it was interrupted before")
    (locust,) = InterruptedStart.started
    assert locust.poll() == -signal.SIGKILL
