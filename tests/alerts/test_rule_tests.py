"""`toolkit test` runs every proof of the shipped alerts, and notices a threshold that moved.

The whole project is tested once. The threshold moves in a copy that holds its group of alerts
alone, since no other rule has a part in it.
"""

import shutil
from pathlib import Path

import pytest

from tests.support.project_copy import Copy

WEBHOOKS = "alerts/execution/webhooks.py"
pytestmark = pytest.mark.programs


def test_every_proof_and_route_of_the_shipped_alerts_holds(tmp_path: Path) -> None:
    done = Copy(tmp_path, hasty=False).toolkit("test")
    assert done.returncode == 0, done.stdout + done.stderr
    counts = done.stdout.splitlines()
    assert [line.partition(": ")[0] for line in counts] == [
        "execution.availability", "execution.data_quality", "execution.exchange",
        "execution.orders", "execution.security", "execution.webhooks",
        "objectives.signal_latency", "objectives.signal_success",
        "objectives.webhook_availability", "objectives.webhook_latency",
        "protection.audit", "protection.positions", "protection.trading", "protection.watching",
        "services.availability", "services.events", "services.trading",
        "session.budget", "session.intents", "session.orders", "routes",
        "coverage",
    ]  # fmt: skip
    assert counts[-1].endswith(", all proved")


def test_a_threshold_moved_by_one_step_turns_a_proof_red(tmp_path: Path) -> None:
    copy = webhooks_alone(tmp_path)
    limit = "{P95_BY_SOURCE} > {WEBHOOK_LATENCY.seconds}"
    copy.edit(WEBHOOKS, limit, "{P95_BY_SOURCE} > 0.25")
    done = copy.toolkit("test")
    assert done.returncode == 1
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED ")]
    alert = "FAILED execution.webhooks: HighWebhookLatency "
    assert f"{alert}fires: every answer takes between 100 and 250 ms" in failed
    assert all(line.startswith(alert) for line in failed), "the other alerts are as they were"


def webhooks_alone(root: Path) -> Copy:
    """A copy of the project with no alerts but those on webhooks, which reach nobody."""
    copy = Copy(root, hasty=False)
    shutil.rmtree(root / "alerts/objectives")
    (root / "alerts/routing.py").unlink()
    for path in (root / "alerts/execution").glob("[!_]*.py"):
        if path != root / WEBHOOKS:
            path.unlink()
    return copy
