"""Several processes that send as one: forked here, or workers of a master elsewhere.

How they share the requests, and what happens to those of a worker that dies, is decided in
`toolkit.load_generator.work_redistribution`.
"""

import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from toolkit.config.pyproject import Config
from toolkit.errors import ExitStatus, UnreachableError, UsageError
from toolkit.find_definitions import scenario as find_scenario
from toolkit.load import locust_failures, locust_process
from toolkit.load.locust_process_messages import Instructions
from toolkit.stack.free_ports import free_port

PORT = 5557  # Locust's own
# A master that is started at the same time needs some seconds to listen.
MASTER_SECONDS = 15.0
WORKERS_SECONDS = 60
_POLL_SECONDS = 0.2
# Locust's worker says so, and then ends as after any run. Source: locust/runners.py, WorkerRunner.
_MASTER_IS_GONE = "Didn't get heartbeat from master"
_PROCESSES_FOR_EACH_CORE, _FEWEST_MOST = 4, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerProcesses:
    """How the processes find each other. `expect` workers must have come before it begins.

    `processes` -1 is one for each core.
    """

    processes: int = 0
    master: bool = False
    expect: int = 1
    host: str = "127.0.0.1"
    port: int = PORT

    def __post_init__(self) -> None:
        most = most_processes()
        if self.processes < -1 or self.processes > most:
            raise UsageError(
                f"--processes {self.processes}: not a number of processes for this machine, which "
                f"has {cores()} cores.",
                fix=f"give 1 to {most}, or -1 for one for each core.",
            )
        if self.processes and self.master:
            raise UsageError(
                "--processes starts a master and its workers here; --master waits for others.",
                fix="give one of them.",
            )

    def locust_options(self) -> tuple[str, ...]:
        """As Locust's options; none for a single process."""
        if self.processes:
            # A port of its own: other loads may run on this machine.
            port = free_port()
            return (
                f"--processes={cores() if self.processes < 0 else self.processes}",
                "--enable-rebalancing",
                "--master-bind-host=127.0.0.1",
                f"--master-bind-port={port}",
                f"--master-port={port}",
            )
        if self.master:
            return (
                "--master",
                "--enable-rebalancing",
                f"--expect-workers={self.expect}",
                f"--expect-workers-max-wait={WORKERS_SECONDS}",
                f"--master-bind-host={self.host}",
                f"--master-bind-port={self.port}",
            )
        return ()

    def waiting(self) -> str:
        """What a master does before it sends, for the user who must start the workers."""
        return (
            f"waiting for {self.expect} workers on {self.host}:{self.port}, "
            f"at most {WORKERS_SECONDS} s"
        )


def cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def most_processes() -> int:
    """More than these would only take turns on the cores, at 60 MB each."""
    return max(_FEWEST_MOST, _PROCESSES_FOR_EACH_CORE * cores())


def run_worker(
    config: Config,
    scenario: str,
    workers: WorkerProcesses,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
) -> ExitStatus:
    """Be a worker of the master until the run is over. The master knows what was counted.

    Raises UnreachableError when no master listens, or is heard no more.
    """
    path = find_scenario(config, scenario)
    # Locust itself would try for minutes, and say nothing.
    _await_master(workers)
    progress(f"{scenario}: working for {workers.host}:{workers.port}")
    command = [
        *locust_process.locust(path),
        "--worker",
        f"--master-host={workers.host}",
        f"--master-port={workers.port}",
        "--skip-log-setup",
    ]
    with locust_process.running_locust(
        command, config, environment, Instructions(scenario=scenario)
    ) as process:
        try:
            _, stderr = process.communicate()
        except KeyboardInterrupt:
            process.terminate()
            process.communicate()
            return ExitStatus.CLEAN
    if process.returncode:
        raise locust_failures.ScenarioError(
            f"{scenario}: the worker ended with status {process.returncode}: "
            f"{locust_failures.last_lines(stderr)}"
        )
    if _MASTER_IS_GONE in stderr:
        raise UnreachableError(
            f"{scenario}: the master at {workers.host}:{workers.port} was not heard for a minute, "
            "so this worker has stopped.",
            fix="look there for what became of the run; then start master and workers anew.",
        )
    return ExitStatus.CLEAN


def _await_master(workers: WorkerProcesses) -> None:
    deadline = time.monotonic() + MASTER_SECONDS
    while True:
        try:
            socket.create_connection((workers.host, workers.port), timeout=2).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise UnreachableError(
                    f"{workers.host}:{workers.port}: no master listens there ({error}).",
                    fix="start it with `toolkit load SCENARIO --master`, or give --master-host.",
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return
