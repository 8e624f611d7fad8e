"""Drills on real stacks, in a copy of the project: of their own, running, and interrupted."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tests.stack.conftest import _require_servers
from tests.support.project_copy import Copy
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.stack.process import MARK

Done = subprocess.CompletedProcess[str]


@pytest.fixture(autouse=True)
def servers() -> None:
    _require_servers()


def marked(copy: Copy) -> Iterator[int]:
    """The processes that carry the mark of a stack below the copy."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK, "").startswith(str(copy.root)):
                yield process.pid
        except (psutil.Error, OSError):
            continue


def drill(copy: Copy, *words: str, program: tuple[str, ...] = ("-m", "toolkit")) -> Done:
    return subprocess.run(
        [sys.executable, *program, "drill", *words],
        cwd=copy.root,
        capture_output=True,
        text=True,
        check=False,
        timeout=4 * PATIENCE_SECONDS,
        stdin=subprocess.DEVNULL,
    )


# Time runs five times as fast as in a drill of the user, and is observed as often.
HURRIED = (
    "-c",
    "from toolkit.cli.main import main\n"
    "from toolkit.drill import plan, wait_for_condition\n"
    "plan.USUAL_FACTOR, plan.SCRAPE_SECONDS, wait_for_condition._POLL_SECONDS = 300.0, 0.4, 0.1\n"
    "main()",
)


def test_a_fault_and_a_load_fire_notify_and_resolve(copy: Copy) -> None:
    page = copy.root / "drill.html"
    done = drill(
        copy,
        "--alert",
        "HighActiveRequests",
        "--alert",
        "SignatureVerificationFailures",
        "--stacks",
        "1",
        "--format",
        "json",
        "--html",
        str(page),
        program=HURRIED,
    )
    assert done.stdout, done.stderr
    alerts = {alert["alert"]: alert for alert in json.loads(done.stdout)["alerts"]}
    for name, receiver in (
        ("HighActiveRequests", "trading-desk"),
        ("SignatureVerificationFailures", "security-on-call"),
    ):
        alert = alerts[name]
        assert (alert["verdict"], alert["problems"]) == ("proved", []), done.stderr
        assert alert["receiver"] == receiver
        assert alert["applied"] < alert["firing"] < alert["notified"] < alert["resolved"]
        assert alert["resolved"] <= alert["notified_resolved"] + 1
    assert alerts["HighActiveRequests"]["pending"] < alerts["HighActiveRequests"]["firing"]
    assert page.read_text(encoding="utf-8").count("<svg") == 2
    assert list(marked(copy)) == []


def test_an_interrupted_drill_leaves_no_process(copy: Copy) -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "drill", "--alert", "NoWebhookTraffic"],
        cwd=copy.root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        eventually(lambda: list(marked(copy)), "the drill's first server")
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=PATIENCE_SECONDS)
    finally:
        child.kill()
    assert child.returncode == 130
    assert list(marked(copy)) == []


def test_without_a_fault_endpoint_its_alerts_are_not_drillable(copy: Copy) -> None:
    settings = copy.root / "pyproject.toml"
    text = settings.read_text(encoding="utf-8")
    token = 'EXECUTION_ADMIN_TOKEN = "{secret}"'
    assert token in text
    settings.write_text(text.replace(token, ""), encoding="utf-8")
    done = drill(copy, "--alert", "HighActiveRequests", program=HURRIED)
    assert done.returncode == 3, done.stderr
    assert "answers 404: this service has no fault endpoint, or it is off." in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Drill: 0/1 alerts proved, 1 not drillable")


@pytest.mark.long
def test_a_running_stack_is_drilled_as_it_is_until_a_part_of_it_ends(copy: Copy) -> None:
    # Its fault endpoint is on, and its alert is held for a second.
    copy.edit("alerts/execution/webhooks.py", 'hold="2m"', 'hold="1s"')
    settings = "[tool.toolkit.services.execution.environment]\n"
    copy.edit("pyproject.toml", settings, f'{settings}EXECUTION_ADMIN_TOKEN = "{{secret}}"\n')
    for words in (("build",), ("up", "--detach")):
        started = copy.toolkit(*words)
        assert started.returncode == 0, started.stderr

    chosen = ("--alert", "HighActiveRequests", "--alert", "HighWebhookLatency")
    done = drill(copy, "--against", "local", "--patience", "60", "--format", "json", *chosen)
    assert done.returncode == 0, done.stdout + done.stderr
    alerts = {alert["alert"]: alert for alert in json.loads(done.stdout)["alerts"]}
    fired = alerts["HighActiveRequests"]
    assert (fired["verdict"], fired["problems"], fired["factor"]) == ("proved", [], 1)
    assert (fired["receiver"], fired["predicted_seconds"]) == ("trading-desk", 4)
    slow = alerts["HighWebhookLatency"]
    assert slow["verdict"] == "excused"
    assert "the patience is 60 s: say --patience 60" in slow["problems"][0]
    assert copy.toolkit("status").returncode == 0

    servers = copy.state()["components"]
    assert isinstance(servers, list)
    (pid,) = (server["pid"] for server in servers if server["name"] == "alertmanager")
    victim = psutil.Process(pid)
    victim.kill()
    victim.wait(PATIENCE_SECONDS)
    done = drill(copy, "--against", "local")
    assert done.returncode == 3
    assert done.stderr == (
        "error: only a part of the stack is ready, without alertmanager (ended).\n"
        "  fix: run `toolkit down` and `toolkit up --detach`; `toolkit logs` says what happened.\n"
    )
