"""The whole loop with real servers, in a copy of the project: as a user types it.

Scrapes come every five seconds here, so that nobody waits a quarter of a minute.
"""

import os
import re
import shutil
import socket
import subprocess
import sys

import psutil
import pytest
import requests

from tests.support.project_copy import Copy
from tests.support.recorded_run import RecordedRun
from tests.support.wait_until import PATIENCE_SECONDS, eventually

# The load's figures and what Prometheus counted; how much of the copy was out of date.
FIGURES = (
    r"^((?:[A-Z][\w -]*|sent by Locust|counted, seen by Prometheus): +|build: )"
    r"[\d.]+%?(?=$| \(execution| generated)"
)
# Details of checks; notes and rows about what waited, and progress of what took long.
NOT_ALWAYS = r" {6}|! |Service time P95|Waiting at most|\d+ s: "


def test_the_demo_sends_scrapes_validates_and_leaves_nothing(copy: Copy) -> None:
    done = copy.toolkit("demo", "--duration", "3", "--users", "10")
    assert done.returncode == 0, done.stdout + done.stderr
    sent = re.search(r"sent by Locust: +(\d+)", done.stdout)
    counted = re.search(r"counted, seen by Prometheus: +(\d+)", done.stdout)
    assert sent
    assert counted
    assert int(sent[1]) == int(counted[1]) > 0
    last = done.stdout.rstrip().splitlines()[-1]
    assert last in {
        "Results: 8/8 checks passed",
        "Results: 8/8 checks: 6 passed, 2 skipped "
        "(3 Grafana runs, 4 Dashboards are as generated and show data)",
    }
    if "skipped" in last:  # no Grafana runs here
        assert "3 Grafana runs [skipped: this environment has no Grafana]" in done.stdout
    pids = [int(pid) for pid in re.findall(r"\(pid (\d+)\)", done.stderr)]
    # Only where they are installed: node-exporter, and Redis with the three that need it.
    node = shutil.which("prometheus-node-exporter") is not None
    trading = shutil.which("redis-server") is not None
    assert len(set(pids)) == 3 + node + 4 * trading
    assert not any(psutil.pid_exists(pid) for pid in pids)
    if node and trading and "skipped" in last:
        recorded = RecordedRun("demo", copy.root, figures=FIGURES, left_out=NOT_ALWAYS)
        recorded.add("demo --duration 3 --users 10", done.returncode, done.stdout, done.stderr)
        recorded.compare()


@pytest.mark.long
def test_a_stack_that_runs_is_not_ended_by_a_demo_that_cannot_start(copy: Copy) -> None:
    assert copy.toolkit("up", "--service", "execution", "--detach").returncode == 0
    refused = copy.toolkit("demo", "--duration", "1")
    assert refused.returncode == 3
    assert "a stack runs here already" in refused.stderr
    assert copy.toolkit("status").returncode == 0


@pytest.mark.long
def test_without_prometheus_validate_says_what_could_not_be_known(copy: Copy) -> None:
    assert copy.toolkit("up", "--service", "execution", "--detach").returncode == 0
    answers = ("--only", "prometheus-answers", "--only", "scrape-matches-catalogue")
    assert copy.toolkit("validate", *answers).returncode == 0
    servers = copy.state()["components"]
    assert isinstance(servers, list)
    (prometheus,) = (server for server in servers if server["name"] == "prometheus")
    victim = psutil.Process(prometheus["pid"])
    victim.kill()
    victim.wait(PATIENCE_SECONDS)

    done = copy.toolkit("validate")
    assert done.returncode == 3
    assert (
        "? rules-are-loaded: every rule is loaded as the definitions say [unknown]" in done.stdout
    )
    assert f"{prometheus['url']}/api/v1/rules: nothing listens there." in done.stdout
    assert "✓ scrape-matches-catalogue" in done.stdout


def test_plain_locust_runs_the_same_file_with_its_web_page(copy: Copy) -> None:
    assert copy.toolkit("up", "--service", "execution", "--detach").returncode == 0
    state = copy.state()
    environment, addresses = state["environment"], state["addresses"]
    assert isinstance(environment, dict)
    assert isinstance(addresses, dict)
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    locust = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "locust",
            "-f",
            "loadtests/normal.py",
            "--autostart",
            "--users",
            "5",
            "--spawn-rate",
            "5",
            "--run-time",
            "60s",
            "--autoquit",
            "1",
            "--host",
            addresses["services"]["execution"][0],
            "--web-host",
            "127.0.0.1",
            "--web-port",
            str(port),
        ],
        cwd=copy.root,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    page = f"http://127.0.0.1:{port}"

    def sent() -> dict[str, float]:
        try:
            rows = requests.get(f"{page}/stats/requests", timeout=PATIENCE_SECONDS).json()["stats"]
        except requests.ConnectionError:
            return {}
        return {row["name"]: row["num_requests"] - row["num_failures"] for row in rows}

    try:
        eventually(
            lambda: sent().get("webhook: valid", 0) >= 20, "20 webhooks answered as expected"
        )
        assert "Locust" in requests.get(page, timeout=PATIENCE_SECONDS).text
    finally:
        locust.terminate()
        locust.wait(PATIENCE_SECONDS)


def test_load_without_a_service_is_unknown_and_not_failed(copy: Copy) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        free = listener.getsockname()[1]
    done = copy.toolkit("load", "normal", "--url", f"http://127.0.0.1:{free}")
    assert done.returncode == 3
    assert done.stdout == ""
    assert f"http://127.0.0.1:{free}: nothing answers there, so no load was sent." in done.stderr


def test_an_unexpected_answer_is_a_failure_that_shows_both(copy: Copy) -> None:
    copy.edit("loadtests/_webhook.py", "expect(200)", "expect(201)")
    assert copy.toolkit("up", "--service", "execution", "--detach").returncode == 0
    done = copy.toolkit("load", "normal", "--concurrent", "2", "--duration", "2")
    assert done.returncode == 1
    assert re.search(r"\d+ × webhook: valid: expected 201, got 200: \{", done.stdout)
