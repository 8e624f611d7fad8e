"""`toolkit test` runs every proof of the shipped alerts, and notices a threshold that moved."""

from pathlib import Path

import pytest

from tests.support.project_copy import Copy

pytestmark = pytest.mark.programs


def test_every_proof_and_route_of_the_shipped_alerts_holds(tmp_path: Path) -> None:
    done = Copy(tmp_path, hasty=False).toolkit("test")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.rstrip().endswith(", all proved")


def test_a_threshold_moved_by_one_step_turns_a_proof_red(tmp_path: Path) -> None:
    copy = Copy(tmp_path, hasty=False)
    limit = "{P95_BY_SOURCE} > {WEBHOOK_LATENCY.seconds}"
    copy.edit("alerts/execution/webhooks.py", limit, "{P95_BY_SOURCE} > 0.25")
    done = copy.toolkit("test")
    assert done.returncode == 1
    assert "HighWebhookLatency fires: every answer takes between 100 and 250 ms" in done.stdout
