"""Several processes that send as one: forked here, or workers of a master elsewhere."""

import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from toolkit.config import Config
from toolkit.discovery import scenario as find_scenario
from toolkit.errors import ExitStatus, UnreachableError, UsageError
from toolkit.load import locust_process as loads
from toolkit.load.worker_messages import Instructions

PORT = 5557  # Locust's own
# A master that is started at the same time needs some seconds to listen.
MASTER_SECONDS = 15.0
WORKERS_SECONDS = 60
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """How the processes find each other. `expect` workers must have come before it begins."""

    processes: int = 0
    master: bool = False
    expect: int = 1
    host: str = "127.0.0.1"
    port: int = PORT

    def __post_init__(self) -> None:
        if self.processes and self.master:
            raise UsageError(
                "--processes starts a master and its workers here; --master waits for others.",
                fix="give one of them.",
            )

    def words(self) -> tuple[str, ...]:
        """As Locust's options; none for a process alone."""
        if self.processes:
            # A port of its own: other loads may run on this machine.
            port = str(free_port())
            return (
                "--processes", str(self.processes), "--enable-rebalancing",
                "--master-bind-host", "127.0.0.1", "--master-bind-port", port,
                "--master-port", port,
            )  # fmt: skip
        if self.master:
            return (
                "--master", "--enable-rebalancing", "--expect-workers", str(self.expect),
                "--expect-workers-max-wait", str(WORKERS_SECONDS),
                "--master-bind-host", self.host, "--master-bind-port", str(self.port),
            )  # fmt: skip
        return ()


def free_port() -> int:
    """A TCP port of this machine that nobody listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def work(
    config: Config,
    scenario: str,
    fleet: Fleet,
    environment: Mapping[str, str],
    progress: Callable[[str], None],
) -> ExitStatus:
    """Be a worker of the master until it lets go. What was counted, the master knows.

    Raises UnreachableError when no master listens.
    """
    path = find_scenario(config, scenario)
    _await_master(fleet)
    progress(f"{scenario}: working for {fleet.host}:{fleet.port}")
    command = [
        sys.executable, "-m", "locust", "--locustfile", f"{path},{loads.PLUGIN}", "--worker",
        "--master-host", fleet.host, "--master-port", str(fleet.port),
        "--stop-timeout", str(loads.STOP_SECONDS), "--skip-log-setup",
    ]  # fmt: skip
    with loads.child(command, config, environment, Instructions(scenario=scenario)) as process:
        try:
            _, complaint = process.communicate()
        except KeyboardInterrupt:
            process.terminate()
            process.communicate()
            return ExitStatus.CLEAN
    if process.returncode:
        raise loads.ScenarioError(
            f"{scenario}: the worker ended with status {process.returncode}: "
            f"{loads.indented(complaint)}"
        )
    return ExitStatus.CLEAN


def _await_master(fleet: Fleet) -> None:
    deadline = time.monotonic() + MASTER_SECONDS
    while True:
        try:
            socket.create_connection((fleet.host, fleet.port), timeout=2).close()
        except OSError as error:
            if time.monotonic() > deadline:
                raise UnreachableError(
                    f"{fleet.host}:{fleet.port}: no master listens there ({error}).",
                    fix="start it with `toolkit load SCENARIO --master`, or give --master-host.",
                ) from None
            time.sleep(_POLL_SECONDS)
        else:
            return
