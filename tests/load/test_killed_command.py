"""A load whose command was killed does not go on sending."""

import os
import subprocess
import sys

import psutil
import pytest

from tests.support.repository import ROOT
from tests.support.service_process import SECRET
from tests.support.wait_until import eventually

pytestmark = pytest.mark.programs


def test_a_load_ends_when_its_command_is_killed(service: str) -> None:
    command = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "load", "normal", "--duration", "600", "--url", service],
        cwd=ROOT,
        env={**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        here = psutil.Process(command.pid)
        eventually(lambda: bool(here.children()), "the load generator to start")
        (generator,) = here.children()
        eventually(lambda: len(generator.net_connections()) > 2, "the load generator to send")
    finally:
        command.kill()
        command.wait()
    eventually(lambda: not generator.is_running(), "the load generator to end")
