"""Drills on real stacks, in a copy of the project: as a user types it, and interrupted."""

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


def drill(copy: Copy, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "toolkit", "drill", *words],
        cwd=copy.root, capture_output=True, text=True, check=False, timeout=110,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_a_fault_and_a_load_fire_notify_and_resolve(copy: Copy) -> None:
    page = copy.root / "drill.html"
    done = drill(
        copy, "--alert", "HighActiveRequests", "--alert", "SignatureVerificationFailures",
        "--stacks", "1", "--format", "json", "--html", str(page),
    )  # fmt: skip
    data = json.loads(done.stdout)
    alerts = {alert["alert"]: alert for alert in data["alerts"]}
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
        cwd=copy.root, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
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
    done = drill(copy, "--alert", "HighActiveRequests")
    assert done.returncode == 3, done.stderr
    assert "answers 404: this service has no fault endpoint, or it is off." in done.stdout
    assert done.stdout.splitlines()[-1].startswith("Drill: 0/1 alerts proved, 1 not drillable")


@pytest.fixture
def drillable(copy: Copy) -> Copy:
    """A running stack with its fault endpoint on, whose alert is held for a second."""
    copy.edit("alerts/execution/webhooks.py", 'hold="2m"', 'hold="1s"')
    settings = "[tool.toolkit.stack.environment]\n"
    copy.edit("pyproject.toml", settings, f'{settings}EXECUTION_ADMIN_TOKEN = "{{secret}}"\n')
    for words in (("build",), ("up", "--detach")):
        done = copy.toolkit(*words)
        assert done.returncode == 0, done.stderr
    return copy


def test_a_running_stack_is_drilled_as_it_is_and_goes_on_running(drillable: Copy) -> None:
    chosen = ("--alert", "HighActiveRequests", "--alert", "HighWebhookLatency")
    done = drill(drillable, "--against", "local", "--patience", "60", "--format", "json", *chosen)
    assert done.returncode == 0, done.stdout + done.stderr
    alerts = {alert["alert"]: alert for alert in json.loads(done.stdout)["alerts"]}
    fired = alerts["HighActiveRequests"]
    assert (fired["verdict"], fired["problems"], fired["factor"]) == ("proved", [], 1)
    assert (fired["receiver"], fired["predicted_seconds"]) == ("trading-desk", 4)
    slow = alerts["HighWebhookLatency"]
    assert slow["verdict"] == "excused"
    assert "the patience is 60 s: say --patience 60" in slow["problems"][0]
    assert drillable.toolkit("status").returncode == 0


def test_a_stack_of_which_a_part_has_ended_is_not_drilled(drillable: Copy) -> None:
    servers = drillable.state()["components"]
    assert isinstance(servers, list)
    (pid,) = (server["pid"] for server in servers if server["name"] == "alertmanager")
    victim = psutil.Process(pid)
    victim.kill()
    victim.wait(PATIENCE_SECONDS)
    done = drill(drillable, "--against", "local")
    assert done.returncode == 3
    assert done.stderr == (
        "error: only a part of the stack is ready, without alertmanager (ended).\n"
        "  fix: run `toolkit down` and `toolkit up --detach`; `toolkit logs` says what happened.\n"
    )


def test_without_a_running_stack_there_is_nothing_to_drill_against(copy: Copy) -> None:
    done = drill(copy, "--against", "local", "--patience", "60")
    assert done.returncode == 3
    assert "no stack runs here.\n  fix: start one with `toolkit up --detach`." in done.stderr


WRONG = {
    "an alert": (("--alert", "HighActivRequests"), "did you mean 'HighActiveRequests'?"),
    "a severity": (("--severity", "critcal"), "did you mean 'critical'?"),
    "a format": (("--format", "jsn"), "did you mean 'json'?"),
    "a stack": (("--against", "staging"), "only `local` can be drilled."),
}


@pytest.mark.parametrize(("words", "guess"), WRONG.values(), ids=WRONG)
def test_a_wrong_word_is_answered_with_a_guess(
    copy: Copy, words: tuple[str, ...], guess: str
) -> None:
    done = drill(copy, *words)
    assert done.returncode == 2
    assert guess in done.stderr
