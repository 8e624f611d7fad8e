"""`toolkit session` as an operator types it: its ends, its formats, its bugs brought back."""

import json
import os
import re
import resource
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from target_app.session import command
from target_app.session.run import TradingSession
from tests.support.repository import ROOT
from tests.support.trading_sessions import events, named
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.cli.main import run

pytestmark = pytest.mark.programs
QUICK = (
    "--loop-interval-seconds=0.01",
    "--prometheus-port=0",
    "--venue-latency-seconds=0",
    "--order-timeout-seconds=0.2",
)
# A loaded machine may be late with everything, and is neither stuck nor away.
PATIENT = (
    f"--watchdog-seconds={3 * PATIENCE_SECONDS}",
    f"--venue-timeout-seconds={PATIENCE_SECONDS}",
    f"--budget-timeout-seconds={PATIENCE_SECONDS}",
    f"--log-timeout-seconds={PATIENCE_SECONDS}",
)
# A watchdog that is quick enough for a test, and the waits that it allows.
WATCHED = (
    "--watchdog-seconds=3",
    "--venue-timeout-seconds=2",
    "--budget-timeout-seconds=2",
    "--budget-refresh-seconds=0.1",
)
Said = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The command is typed in the project; its sessions are in this folder."""
    monkeypatch.chdir(ROOT)
    patient = partial(TradingSession, most_late_seconds=PATIENCE_SECONDS)
    monkeypatch.setattr(command, "TradingSession", patient)
    return tmp_path


def words(folder: Path, *more: str, waits: Sequence[str] = PATIENT) -> list[str]:
    return ["session", *more, *QUICK, *waits, f"--sessions-dir={folder}"]


def the_session(folder: Path) -> Path:
    (found,) = folder.glob("session_*")
    return found


class Child:
    """The command as a process of its own."""

    def __init__(self, arguments: Sequence[str], *, most_bytes: int | None = None) -> None:
        def limit() -> None:
            if most_bytes is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

        self.process = subprocess.Popen(
            [sys.executable, "-m", "toolkit", *arguments],
            cwd=ROOT,
            # Python keeps what it compiles without a look at how much of it could be written.
            env=os.environ | ({} if most_bytes is None else {"PYTHONDONTWRITEBYTECODE": "1"}),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=limit,  # noqa: PLW1509 - no thread of pytest holds a lock that this needs
        )

    def end(self) -> tuple[int, str, str]:
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, out, err

    def kill(self) -> None:
        self.process.kill()
        if self.process.stdout is not None and not self.process.stdout.closed:
            self.process.communicate()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[Child, Path]]:
    """A session of ten minutes that has filled its first orders."""
    child = Child(words(tmp_path, "600"))
    try:
        eventually(
            lambda: child.process.poll() is not None or filled(tmp_path), "orders are filled"
        )
        yield child, the_session(tmp_path)
    finally:
        child.kill()


def count(folder: Path, name: str) -> int:
    """Events of that name so far; the last line may be half written."""
    texts = (path.read_text() for path in folder.glob("logs/events_*.jsonl"))
    return sum(text.count(f'"{name}"') for text in texts)


def filled(folder: Path) -> bool:
    return any(count(each, "ORDER_FILLED") > 10 for each in folder.glob("session_*"))


def sent_by_summary(folder: Path) -> int:
    summary = json.loads((folder / "metrics/summary.json").read_text())
    found: int = summary["counters"]["orders_sent"]
    return found


def test_a_session_is_run_judged_and_judged_again(tmp_path: Path, capsys: Said) -> None:
    assert run(words(tmp_path, "--seed", "7", "0.6")) == 0
    out, err = capsys.readouterr()
    folder = the_session(tmp_path)
    assert "✓ ALL TESTS PASSED" in out
    assert out.startswith("=== Trading Bot Regression Test ===\nDuration: 0.6s\n\n[TEST 1] ")
    assert err == (f"trading 6 markets for 0.6 s, seed 7\nthe session is in {folder}\n")
    assert run(["session", "--judge", str(folder)]) == 0
    assert capsys.readouterr().out == out
    assert run(["session", "--judge", str(folder), "--format", "json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert (data["passed"], data["seed"], data["session"]) == (True, 7, str(folder))
    file = tmp_path / "junit.xml"
    assert run(["session", f"--judge={folder}", "--format=junit", f"--output={file}"]) == 0
    assert [case.get("name") for case in ET.parse(file).getroot().iter("testcase")] == [
        "1 filled orders",
        "2 stale intents",
        "3 error observability",
        "4 crashes",
    ]


BROKEN = {
    "unfilled-orders": ("0.6", "✗ TESTS FAILED: 1 (filled orders)"),
    "stale-intents": ("1.6", "✗ TESTS FAILED: 2 (stale intents)"),
    "silent-failures": ("0.6", "✗ TESTS FAILED: 3 (error observability)"),
}


@pytest.mark.parametrize(("bug", "seconds", "last"), [(b, *x) for b, x in BROKEN.items()])
def test_a_bug_brought_back_fails_its_test_and_no_other(
    tmp_path: Path, capsys: Said, bug: str, seconds: str, last: str
) -> None:
    assert run(words(tmp_path, seconds, "--break", bug)) == 1
    out, err = capsys.readouterr()
    assert last in out
    assert out.count("✗ FAIL") == 1
    assert err.startswith(f"trading 6 markets for {seconds} s, seed 1, with the bugs {bug}\n")


def test_a_session_too_short_to_show_the_bug_proves_nothing(
    tmp_path: Path, capsys: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_report", lambda *_: 0)  # every test passed
    assert run(words(tmp_path, "0.1")) == 0
    assert run(words(tmp_path, "0.1", "--break", "stale-intents")) == 3
    assert capsys.readouterr().err.endswith(
        "error: --break stale-intents: was brought back, and no test has failed, so that nothing "
        "is proved: 0.1 s are too short to show it.\n"
        "  fix: let the session last longer, such as toolkit session 60.\n"
    )


def test_a_deadlock_is_found_shown_and_fails_its_test_and_no_other(tmp_path: Path) -> None:
    """In a process of its own, since its threads never end."""
    status, out, _ = Child(words(tmp_path, "600", "--break", "deadlock", waits=WATCHED)).end()
    folder = the_session(tmp_path)
    assert status == 1
    assert "✗ TESTS FAILED: 4 (crashes)" in out
    assert out.count("✗ FAIL") == 1
    assert f"(see {folder / 'stackdump.txt'})" in out
    dump = (folder / "stackdump.txt").read_text()
    assert " in reserve\n" in dump or " in settle\n" in dump or " in available\n" in dump
    assert " in refresh\n" in dump
    assert {event["thread"] for event in named(folder, "THREAD_STUCK")} >= {"trading-loop"}
    assert [event["clean"] for event in named(folder, "SESSION_ENDED")] == [False]


def test_ctrl_c_ends_the_session_in_order_and_judges_it(started: tuple[Child, Path]) -> None:
    child, folder = started
    child.process.send_signal(signal.SIGINT)
    status, out, _ = child.end()
    assert status == 0, out
    assert "✓ ALL TESTS PASSED" in out
    (seconds,) = re.findall(r"^Duration: ([\d.]+)s$", out, re.MULTILINE)
    assert float(seconds) < 600  # what it was, not what was asked for
    assert [event["clean"] for event in named(folder, "SESSION_ENDED")] == [True]
    assert (folder / "metrics/summary.json").exists()


def test_a_killed_session_has_lost_its_last_second_at_most(
    started: tuple[Child, Path], capsys: Said
) -> None:
    child, folder = started
    eventually((folder / "metrics/summary.json").exists, "the summary was written")
    summed = sent_by_summary(folder)
    eventually(lambda: count(folder, "ORDER_SENT") >= summed, "its events were written")
    child.kill()
    assert len(list(events(folder))) > 20  # every line is whole
    assert sent_by_summary(folder) >= summed > 0
    assert run(["session", "--judge", str(folder)]) == 1
    out = capsys.readouterr().out
    assert "✗ FAIL: The session did not end: it was killed, or still runs" in out
    assert out.count("✗ FAIL") == 1


def test_a_full_disk_is_said_once_and_proves_nothing(tmp_path: Path) -> None:
    """No file may grow beyond a few kilobytes, which a process is told as by a full disk."""
    child = Child(words(tmp_path, "1"), most_bytes=8192)
    status, out, err = child.end()
    assert status == 1
    assert err.count("The session trades on; what it writes is lost.") == 1
    assert "File too large" in err
    assert " events could not be written" in out
    folder = the_session(tmp_path)
    assert sent_by_summary(folder) > count(folder, "ORDER_SENT") > 0  # it went on


def test_a_folder_that_cannot_be_made_is_not_judged(tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "file"
    file.write_text("no folder")
    assert run(words(file, "0.2")) == 3
    out, err = capsys.readouterr()
    assert out == ""
    assert f"warning: {file}: File exists. The session trades on; what it writes is lost." in err
    assert "nothing of the session could be written, so it cannot be judged." in err


WRONG = {
    "no seconds": (["0"], "error: toolkit session 0: a session takes more than 0 s"),
    "words": (["soon"], "error: toolkit session soon: is not a number of seconds."),
    "one word more": (["5", "6"], "error: toolkit session: '6' is one word too many."),
    "an option": (["--sed=3"], "unknown option '--sed'; did you mean '--seed'?"),
    "a setting": (["5", "--seed=x"], "error: --seed: 'x' is not a number."),
    "no session": (["--judge=nowhere"], "error: nowhere: is not a folder."),
    "seconds to judge": (
        ["5", "--judge=x"],
        "error: toolkit session --judge x: 5 is for a session that is run",
    ),
    "a bug to judge": (
        ["--judge=x", "--break=deadlock"],
        "error: toolkit session --judge x: --break is for a session that is run",
    ),
    "a bug": (["--break=dead"], "invalid choice: 'dead' (choose from 'unfilled-orders', "),
}


@pytest.mark.parametrize(("arguments", "message"), WRONG.values(), ids=WRONG)
def test_refuses(capsys: Said, arguments: list[str], message: str) -> None:
    assert run(["session", *arguments]) == 2
    assert message in capsys.readouterr().err


def test_a_port_that_is_taken_is_said_before_anything_is_traded(
    tmp_path: Path, capsys: Said
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        arguments = ["session", "1", f"--prometheus-port={port}", f"--sessions-dir={tmp_path}"]
        assert run(arguments) == 2
    assert list(tmp_path.iterdir()) == []  # no folder of a session that never was
    err = capsys.readouterr().err
    assert f"error: prometheus_port: 127.0.0.1:{port} cannot be had: Address already in use." in err


@pytest.mark.long
def test_a_minute_as_the_documents_have_it(tmp_path: Path) -> None:
    child = Child(["session", "60", "--prometheus-port=0", f"--sessions-dir={tmp_path}"])
    out, _ = child.process.communicate(timeout=PATIENCE_SECONDS)
    assert child.process.returncode == 0
    assert "✓ ALL TESTS PASSED" in out
