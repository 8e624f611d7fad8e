"""Starts Locust as a child process and reads what it counted.

A child process, because importing locust patches the sockets of the whole process. What a
scenario sends and expects is its own business.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from toolkit.config import Config
from toolkit.discovery import scenario
from toolkit.errors import ExitStatus, ToolkitError, UnreachableError, UsageError
from toolkit.http_client import HttpClient
from toolkit.load.results import LoadResult
from toolkit.load.worker_messages import INSTRUCTIONS, PROGRESS, Instructions, Report
from toolkit.load.workload import Loop

# How long Locust lets requests under way finish when the time is over, so that what was
# sent was also counted.
STOP_SECONDS = 15
SHOWN_LINES = 12  # of a failing scenario's log or traceback
PLUGIN = Path(__file__).parent.parent / "load_generator" / "locustfile.py"


class ScenarioError(ToolkitError):
    """Mend the scenario: it raised instead of sending."""

    status = ExitStatus.WRONG


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One run of `scenario` against `url`. What is 0 or empty is as the scenario says.

    `users` is how many requests may be under way at once; `secret` goes to the generator
    in the environment variable that the project names.
    """

    scenario: str
    url: str
    loop: Loop | None = None
    users: int = 0
    rate: float = 0.0
    seconds: int = 0  # whole ones: Locust reads no others
    requests: int = 0
    shape: str = ""
    stages: str = ""
    seed: int = 1
    thresholds: tuple[str, ...] = ()
    abort: bool = False
    targets: str = ""
    metrics_port: int = 0

    def options(self) -> list[str]:
        """As Locust's options."""
        chosen = {
            "--host": self.url,
            "--users": self.users,
            "--run-time": f"{self.seconds}s" if self.seconds else "",
            "--loop": self.loop or "",
            "--rate": self.rate,
            "--requests": self.requests,
            "--shape": self.shape,
            "--stages": self.stages,
            "--seed": self.seed,
        }
        given = {name: value for name, value in chosen.items() if value}
        return [word for name, value in given.items() for word in (name, f"{value}")]

    def instructions(self, report: str) -> Instructions:
        """As what is no option of Locust's."""
        return Instructions(
            scenario=self.scenario, report=report, targets=self.targets,
            thresholds=self.thresholds, abort=self.abort, progress=True,
            metrics_port=self.metrics_port,
        )  # fmt: skip


def run(
    config: Config,
    plan: Plan,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
    words: tuple[str, ...] = (),
) -> LoadResult:
    """Run the plan to its end and give the result. `words` are further options of Locust's.

    Raises UnreachableError when nothing listens at the address, ScenarioError with the end
    of Locust's log when the scenario itself fails, UsageError when it refuses to run.
    Ctrl-C ends the run; what was counted until then is the result, marked as interrupted.
    """
    path = scenario(config, plan.scenario)
    reach(plan.url)
    progress(f"{plan.scenario}: against {plan.url}")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        instructions = plan.instructions(str(out / "report.json"))
        command = [
            *_locust(path, out), "--headless", "--only-summary", *plan.options(), *words,
        ]  # fmt: skip
        with child(command, config, environment, instructions) as process:
            interrupted, complaint = _await(process, progress)
        return _read(plan, out, complaint, interrupted=interrupted)


def serve(
    config: Config,
    plan: Plan,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
    words: tuple[str, ...] = (),
    *,
    port: int,
) -> None:
    """Locust's web page for the scenario, until Ctrl-C. The plan fills the form's fields.

    Raises ScenarioError with the end of Locust's log when it ends by itself.
    """
    path = scenario(config, plan.scenario)
    reach(plan.url)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        command = [
            *_locust(path, out), "--web-host", "127.0.0.1", "--web-port", str(port),
            *plan.options(), *words,
        ]  # fmt: skip
        with child(command, config, environment, plan.instructions("")) as process:
            progress(f"{plan.scenario}: http://127.0.0.1:{port} until Ctrl-C")
            interrupted, complaint = _await(process, progress)
        if not interrupted:
            why = indented(complaint + _log(out))
            raise ScenarioError(f"{plan.scenario}: the web page ended by itself: {why}")


def _locust(path: Path, out: Path) -> list[str]:
    return [
        sys.executable, "-m", "locust", "--locustfile", f"{path},{PLUGIN}",
        "--stop-timeout", str(STOP_SECONDS), "--logfile", str(out / "locust.log"),
    ]  # fmt: skip


@contextmanager
def child(
    command: list[str], config: Config, environment: Mapping[str, str], instructions: Instructions
) -> Iterator["subprocess.Popen[str]"]:
    """Locust as a child that a Ctrl-C on our terminal does not reach; ended at the latest here."""
    process = subprocess.Popen(
        command,
        cwd=config.root,
        env={**environment, INSTRUCTIONS: json.dumps(instructions.document())},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        # Its workers too: they are all in the session that was made for it.
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for stream in (process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _await(child: "subprocess.Popen[str]", progress: Callable[[str], None]) -> tuple[bool, str]:
    """Wait for the end, telling progress; whether it was interrupted, and what it complained."""
    complaints: list[str] = []
    listener = threading.Thread(target=lambda: complaints.extend(child.stderr or ()), daemon=True)
    listener.start()
    interrupted = False
    while True:
        try:
            for line in child.stdout or ():
                if line.startswith(PROGRESS):
                    progress(line.removeprefix(PROGRESS).rstrip())
            child.wait()
            listener.join()
            return interrupted, "".join(complaints)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            progress("interrupted: waiting for the answers under way, then reporting")
            child.send_signal(signal.SIGTERM)


def reach(url: str) -> None:
    """Raise UnreachableError when nothing answers at `url`, UsageError when it is none."""
    fix = "start the service with `toolkit up`, or give --url."
    try:
        HttpClient(name="the service", url=url, hint=fix).request("GET", "")
    except UnreachableError:
        raise UnreachableError(
            f"{url}: nothing answers there, so no load was sent.", fix=fix
        ) from None


def _read(plan: Plan, out: Path, complaint: str, *, interrupted: bool) -> LoadResult:
    path = out / "report.json"
    if not path.is_file():
        raise _nothing(plan, complaint + _log(out))
    report = Report.read(json.loads(path.read_text(encoding="utf-8")))
    if report.refused:
        raise UsageError(f"{plan.scenario}: {report.refused}")
    if report.raised:
        words = f"{report.raised[0]['message']}\n{report.raised[0]['traceback']}"
        raise ScenarioError(f"{plan.scenario}: the scenario raised {indented(words)}")
    result = LoadResult.of(report, scenario=plan.scenario, url=plan.url, interrupted=interrupted)
    if not result.requests and not interrupted:
        raise _nothing(plan, complaint + _log(out))
    return result


def _log(out: Path) -> str:
    path = out / "locust.log"
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _nothing(plan: Plan, words: str) -> ToolkitError:
    """Why nothing was sent, from what Locust said."""
    if "Gave up waiting for workers" in words:
        return UnreachableError(
            f"{plan.scenario}: not enough workers came, so no load was sent.",
            fix=f"start them with `toolkit load {plan.scenario} --worker`.",
        )
    if "was busy. Close any applications" in words:
        return UsageError(
            f"{plan.scenario}: somebody else listens on the master's port.",
            fix="give another one with --master-port, to master and workers.",
        )
    return ScenarioError(f"{plan.scenario}: the scenario sent nothing: {indented(words)}")


def indented(text: str) -> str:
    """The last lines of `text`, each on a line of its own below the message."""
    return "".join(f"\n    {line}" for line in text.strip().splitlines()[-SHOWN_LINES:])
