"""Starts Locust as a child process and reads what it counted.

A child process, because importing locust patches the sockets of the whole process. What a
scenario sends and expects, the scenario decides.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.config.pyproject import Config
from toolkit.errors import ExitStatus, ToolkitError, UsageError
from toolkit.find_definitions import scenario
from toolkit.load import reachability
from toolkit.load.load_plan import LoadPlan
from toolkit.load.locust_failures import ScenarioError, last_lines, sent_nothing
from toolkit.load.locust_process_messages import (
    INSTRUCTIONS,
    PROGRESS,
    REPORT,
    Instructions,
    LoadGeneratorReport,
)
from toolkit.load.results import LoadResult
from toolkit.stack.process_signals import deferred

HAD_BEGUN = "All users spawned"  # in Locust's log
_KEPT_LINES = 400  # of Locust's log: a long run may complain with each request
PLUGIN = Path(__file__).parent.parent / "load_generator" / "locustfile.py"


class KilledError(ToolkitError):
    """See what killed the load generator: its figures are gone with it."""

    status = ExitStatus.FINDINGS


def run(
    config: Config,
    plan: LoadPlan,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
    locust_options: tuple[str, ...] = (),
    *,
    started: Callable[["subprocess.Popen[str]"], None] = lambda _process: None,
) -> LoadResult:
    """Run the plan to its end and give the result. `locust_options` are further ones.

    `started` is told the process, which SIGTERM ends as Ctrl-C does here.

    Raises UnreachableError when nothing listens at the address, ScenarioError with the end
    of Locust's log when the scenario itself cannot start, UsageError when it refuses to run.
    Ctrl-C ends the run; what was counted until then is the result, marked as interrupted.
    """
    path = scenario(config, plan.scenario)
    reachability.require_reachable(plan)
    progress(f"{plan.scenario}: against {plan.url}")
    command = [*locust(path), "--headless", "--only-summary", *plan.options(), *locust_options]
    variables = {**environment, **plan.variables()}
    with running_locust(command, config, variables, plan.instructions(report=True)) as process:
        started(process)
        output = _wait(process, progress)
    return _read(plan, output)


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
    reachability.require_reachable(plan)
    command = [*locust(path), "--web-host=127.0.0.1", f"--web-port={port}"]
    command += [*plan.options(), *locust_options]
    variables = {**environment, **plan.variables()}
    with running_locust(command, config, variables, plan.instructions(report=False)) as process:
        progress(f"{plan.scenario}: http://127.0.0.1:{port} until Ctrl-C")
        output = _wait(process, progress)
    if not output.interrupted:
        why = last_lines(output.log)
        raise ScenarioError(f"{plan.scenario}: the web page ended by itself: {why}")


def locust(scenario_file: Path) -> list[str]:
    """The command that starts Locust with the scenario and the toolkit's plugin."""
    module = ("-m", "toolkit.load_generator.quick_start", "locust")
    return [sys.executable, *module, f"--locustfile={scenario_file},{PLUGIN}"]


@contextmanager
def running_locust(
    command: list[str], config: Config, environment: Mapping[str, str], instructions: Instructions
) -> Iterator["subprocess.Popen[str]"]:
    """Locust as a child that a Ctrl-C on our terminal does not reach; ended at the latest here."""
    process: subprocess.Popen[str] | None = None
    try:
        with deferred():
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
        yield process
    finally:
        if process is not None:
            _end(process)


def _end(process: "subprocess.Popen[str]") -> None:
    """End Locust and its workers: they are all in the session that was made for it."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


@dataclass(slots=True)
class _Output:
    """What Locust said until it ended."""

    report: str = ""
    interrupted: bool = False
    status: int = 0  # of the process; negative is a signal's number
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_LINES))

    @property
    def log(self) -> str:
        return "".join(self.lines)


def _wait(locust: "subprocess.Popen[str]", progress: Callable[[str], None]) -> _Output:
    """Show progress until Locust ends."""
    output = _Output()
    # In a thread: a full pipe of either would stop Locust while the other is read.
    reader = threading.Thread(target=lambda: output.lines.extend(locust.stderr or ()), daemon=True)
    reader.start()
    while True:
        try:
            for line in locust.stdout or ():
                if line.startswith(REPORT):
                    output.report = line.removeprefix(REPORT)
                elif line.startswith(PROGRESS):
                    progress(line.removeprefix(PROGRESS).rstrip())
            output.status = locust.wait()
            reader.join()
        except KeyboardInterrupt:
            if output.interrupted:
                raise
            output.interrupted = True
            progress("interrupted: waiting for the answers under way, then reporting")
            locust.send_signal(signal.SIGTERM)
        else:
            return output


def _read(plan: LoadPlan, output: _Output) -> LoadResult:
    if not output.report:
        if not output.interrupted:
            raise _without_report(plan, output)
        # It was ended before it could begin.
        report = LoadGeneratorReport(workload={}, figures={})
    else:
        report = LoadGeneratorReport.read(json.loads(output.report))
    if report.refused:
        message, _, fix = report.refused.partition("\n  fix: ")
        raise UsageError(f"{plan.scenario}: {message}", fix=fix)
    result = LoadResult.of(
        report, scenario=plan.scenario, url=plan.url, interrupted=output.interrupted
    )
    if result.requests or result.raised or result.lost or output.interrupted:
        return result
    if tasks := result.figures.started:
        raise ScenarioError(
            f"{plan.scenario}: {tasks} tasks were begun, and none sent a request.",
            fix="send one in each: `with self.ask(…) as answer:`.",
        )
    raise sent_nothing(plan, output.log)


def _without_report(plan: LoadPlan, output: _Output) -> ToolkitError:
    """Nothing is known of a run whose only process, or master, is gone."""
    if output.status < 0:
        by = signal.Signals(-output.status).name
        memory = "is there enough memory, and " if by == "SIGKILL" else ""
        return KilledError(
            f"{plan.scenario}: the load generator was killed by {by}; what it counted is lost.",
            fix=f"{memory}does anything else end processes here?",
        )
    if HAD_BEGUN in output.log:
        return ScenarioError(
            f"{plan.scenario}: the load generator ended itself with status {output.status}; what "
            "it counted is lost.",
            fix="does the scenario, or a library that it uses, call os._exit?",
        )
    return sent_nothing(plan, output.log)
