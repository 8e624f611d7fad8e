"""A load on a running stack: Prometheus sees it while it runs, and Ctrl-C ends it well."""

import os
import signal
import subprocess
import sys

from tests.support.project_copy import Copy
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.prometheus.client import Prometheus


def test_prometheus_scrapes_a_load_while_it_runs_and_no_longer(copy: Copy) -> None:
    assert copy.toolkit("up", "--service", "execution", "--detach").returncode == 0
    addresses = copy.state()["addresses"]
    assert isinstance(addresses, dict)
    prometheus = Prometheus(addresses["prometheus"])
    running = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "load", "normal", "--duration", "300"],
        cwd=copy.root,
        env={**os.environ},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        query = 'sum(locust_requests_total{job="locust"})'
        eventually(
            lambda: any(sample.value > 50 for sample in prometheus.query(query)),
            "Prometheus to see the load's own count",
        )
        (target,) = [x for x in prometheus.targets() if x.job == "locust"]
        assert target.health == "up"
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=PATIENCE_SECONDS)
    finally:
        running.kill()
        running.wait()
    assert running.returncode == 130
    assert "Traceback" not in err
    assert "interrupted: waiting for the answers under way, then reporting" in err
    assert "! interrupted after " in out
    assert "Success rate:         100.00%" in out
    eventually(
        lambda: not [x for x in prometheus.targets() if x.job == "locust"], "the target to go"
    )
    assert list((copy.root / ".toolkit" / "targets").iterdir()) == []
