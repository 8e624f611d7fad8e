"""Starts Locust as a child process and reads what it counted.

A child process, because importing locust patches the sockets of the whole process. What a
scenario sends and expects, the scenario decides.
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
from pathlib import Path

from toolkit.config import Config
from toolkit.discovery import scenario
from toolkit.errors import ExitStatus, ToolkitError, UnreachableError, UsageError
from toolkit.http_client import HttpClient
from toolkit.load.load_plan import LoadPlan
from toolkit.load.process_messages import (
    INSTRUCTIONS,
    PROGRESS,
    Instructions,
    LoadGeneratorReport,
)
from toolkit.load.results import LoadResult

# How long Locust lets requests under way finish when the time is over, so that what was
# sent was also counted.
STOP_SECONDS = 15
_LOG_NAME = "locust.log"
SHOWN_LINES = 12  # of a failing scenario's log or traceback
PLUGIN = Path(__file__).parent.parent / "load_generator" / "locustfile.py"


class ScenarioError(ToolkitError):
    """Fix the scenario: it raised instead of sending."""

    status = ExitStatus.WRONG


def run(
    config: Config,
    plan: LoadPlan,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
    locust_options: tuple[str, ...] = (),
) -> LoadResult:
    """Run the plan to its end and give the result. `locust_options` are further ones.

    Raises UnreachableError when nothing listens at the address, ScenarioError with the end
    of Locust's log when the scenario itself fails, UsageError when it refuses to run.
    Ctrl-C ends the run; what was counted until then is the result, marked as interrupted.
    """
    path = scenario(config, plan.scenario)
    require_reachable(plan.url)
    progress(f"{plan.scenario}: against {plan.url}")
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        instructions = plan.instructions(str(out / "report.json"))
        command = [*locust(path), _log_option(out), "--headless", "--only-summary"]
        command += [*plan.options(), *locust_options]
        with running_locust(command, config, environment, instructions) as process:
            interrupted, stderr = _wait(process, progress)
        return _read(plan, out, stderr, interrupted=interrupted)


def serve(
    config: Config,
    plan: LoadPlan,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
    locust_options: tuple[str, ...] = (),
    *,
    port: int,
) -> None:
    """Locust's web page for the scenario, until Ctrl-C. The plan fills the form's fields.

    Raises ScenarioError with the end of Locust's log when it ends by itself.
    """
    path = scenario(config, plan.scenario)
    require_reachable(plan.url)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        command = [*locust(path), _log_option(out), "--web-host=127.0.0.1", f"--web-port={port}"]
        command += [*plan.options(), *locust_options]
        with running_locust(command, config, environment, plan.instructions("")) as process:
            progress(f"{plan.scenario}: http://127.0.0.1:{port} until Ctrl-C")
            interrupted, stderr = _wait(process, progress)
        if not interrupted:
            why = last_lines(stderr + _log(out))
            raise ScenarioError(f"{plan.scenario}: the web page ended by itself: {why}")


def locust(scenario_file: Path) -> list[str]:
    """The command that starts Locust with the scenario and the toolkit's plugin."""
    return [
        *(sys.executable, "-m", "locust"),
        f"--locustfile={scenario_file},{PLUGIN}",
        f"--stop-timeout={STOP_SECONDS}",
    ]


def _log_option(folder: Path) -> str:
    return f"--logfile={folder / _LOG_NAME}"


@contextmanager
def running_locust(
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
        start_new_session=True,  # Ctrl-C on our terminal is for us to pass on
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


def _wait(locust: "subprocess.Popen[str]", progress: Callable[[str], None]) -> tuple[bool, str]:
    """Show progress until Locust ends; whether it was interrupted, and its stderr."""
    # In a thread: a full pipe of either would stop Locust while the other is read.
    lines: list[str] = []
    reader = threading.Thread(target=lambda: lines.extend(locust.stderr or ()), daemon=True)
    reader.start()
    interrupted = False
    while True:
        try:
            for line in locust.stdout or ():
                if line.startswith(PROGRESS):
                    progress(line.removeprefix(PROGRESS).rstrip())
            locust.wait()
            reader.join()
            return interrupted, "".join(lines)
        except KeyboardInterrupt:
            if interrupted:
                raise
            interrupted = True
            progress("interrupted: waiting for the answers under way, then reporting")
            locust.send_signal(signal.SIGTERM)


def require_reachable(url: str) -> None:
    """Raise UnreachableError when nothing answers; UsageError when `url` is not an address."""
    fix = "start the service with `toolkit up`, or give --url."
    try:
        HttpClient(name="the service", url=url, hint=fix).request("GET", "")
    except UnreachableError:
        raise UnreachableError(
            f"{url}: nothing answers there, so no load was sent.", fix=fix
        ) from None


def _read(plan: LoadPlan, out: Path, stderr: str, *, interrupted: bool) -> LoadResult:
    path = out / "report.json"
    if not path.is_file():
        raise _sent_nothing(plan, stderr + _log(out))
    report = LoadGeneratorReport.read(json.loads(path.read_text(encoding="utf-8")))
    if report.refused:
        raise UsageError(f"{plan.scenario}: {report.refused}")
    if report.raised:
        error = f"{report.raised[0]['message']}\n{report.raised[0]['traceback']}"
        raise ScenarioError(f"{plan.scenario}: the scenario raised {last_lines(error)}")
    result = LoadResult.of(report, scenario=plan.scenario, url=plan.url, interrupted=interrupted)
    if not result.requests and not interrupted:
        raise _sent_nothing(plan, stderr + _log(out))
    return result


def _log(out: Path) -> str:
    path = out / _LOG_NAME
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""


def _sent_nothing(plan: LoadPlan, output: str) -> ToolkitError:
    """Why nothing was sent, from Locust's stderr and log."""
    if "Gave up waiting for workers" in output:
        return UnreachableError(
            f"{plan.scenario}: not enough workers came, so no load was sent.",
            fix=f"start them with `toolkit load {plan.scenario} --worker`.",
        )
    if "was busy. Close any applications" in output:
        return UsageError(
            f"{plan.scenario}: another process listens on the master's port.",
            fix="give another one with --master-port, to master and workers.",
        )
    return ScenarioError(f"{plan.scenario}: the scenario sent nothing: {last_lines(output)}")


def last_lines(text: str) -> str:
    """The last lines of `text`, each on a line of its own below the message."""
    return "".join(f"\n    {line}" for line in text.strip().splitlines()[-SHOWN_LINES:])
