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


def test_a_load_and_its_workers_end_when_its_command_is_killed(service: str) -> None:
    options = ["--duration", "600", "--processes", "2", "--url", service]
    command = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "load", "normal", *options],
        cwd=ROOT,
        env={**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        here = psutil.Process(command.pid)
        eventually(lambda: len(here.children(recursive=True)) == 3, "a master and its workers")
        generators = here.children(recursive=True)
        eventually(
            lambda: sum(len(each.net_connections()) for each in generators) > 8, "them to send"
        )
    finally:
        command.kill()
        command.wait()
    eventually(lambda: not any(each.is_running() for each in generators), "all of them to end")


def test_workers_end_when_their_master_is_killed(service: str) -> None:
    """Locust's own workers would wait a minute for its heartbeat."""
    options = ["--duration", "600", "--processes", "2", "--url", service]
    command = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "load", "normal", *options],
        cwd=ROOT,
        env={**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        here = psutil.Process(command.pid)
        eventually(lambda: len(here.children(recursive=True)) == 3, "a master and its workers")
        (master,) = here.children()
        workers = master.children()
        eventually(lambda: sum(len(x.net_connections()) for x in workers) > 8, "them to send")
        master.kill()
        eventually(
            lambda: not any(psutil.pid_exists(x.pid) and x.is_running() for x in workers),
            "the workers to end",
        )
    finally:
        command.kill()
        command.wait()
