"""Applies and clears causes on one stack. The only place that knows how each is done."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path

from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.drill_causes import Applicable, Fault, Load, Quiet, Stop
from toolkit.errors import ToolkitError
from toolkit.find_definitions import scenario
from toolkit.http_client import NO_CREDENTIALS, HttpClient
from toolkit.load.locust_process import PLUGIN
from toolkit.stack import logs, restart_server
from toolkit.stack.choose_services import Selection
from toolkit.stack.process import MARK
from toolkit.stack.process_signals import deferred
from toolkit.stack.server_commands import SERVE, environment_in
from toolkit.stack.state import RunningStack
from toolkit.unknown_name_did_you_mean import did_you_mean

_TIMEOUT_SECONDS = 5.0
# Should the drill be killed, its traffic ends by itself; no step takes so long.
_LONGEST_SECONDS = 1800
_SPAWN_SECONDS = 60.0  # Locust imports for seconds on a busy machine
_NICE = 10  # clients give way to the service on a busy core
# Requests a second that one user of a cause stands for. A rate, so that a service that is slow
# gets no less traffic, and the cause stays what it is.
_PER_USER = 5.0
_STOP_SECONDS = 10.0
_POLL_SECONDS = 0.05
_SPAWNED = "All users spawned"
_SHOWN_LINES = 6


class ImpossibleError(ToolkitError):
    """Report the alerts of this cause as not drillable: it cannot be applied here."""


class Traffic:
    """A Locust child that sends until it is stopped."""

    def __init__(
        self, config: Config, stack: RunningStack, scenario: str, users: int, rate: float = 0.0
    ) -> None:
        self._config, self._stack, self._rate = config, stack, rate
        self._scenario, self._users = scenario, users
        self._child: subprocess.Popen[bytes] | None = None
        self._log = logs.folder(stack.state) / f"load-{scenario}.log"
        # Locust writes here, not into its log, what goes wrong while it reads a scenario.
        self._errors = self._log.with_suffix(".stderr")

    def start(self) -> None:
        """Start, and return when every user sends.

        Raises UsageError for an unknown scenario, ImpossibleError when it sends nothing.
        """
        path = scenario(self._config, self._scenario)
        Path(self._log).unlink(missing_ok=True)
        environment = {**os.environ, **self._stack.environment, MARK: str(self._stack.state)}
        with self._errors.open("wb") as errors, deferred():
            self._child = subprocess.Popen(
                self._command(path),
                cwd=self._config.root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                start_new_session=True,  # Ctrl-C is ours to handle, in order
            )
        # The service must not look slow because its clients are being started.
        os.setpriority(os.PRIO_PROCESS, self._child.pid, _NICE)
        deadline = time.monotonic() + _SPAWN_SECONDS
        while _SPAWNED not in self._log_text():
            if self._child.poll() is not None or time.monotonic() > deadline:
                self.stop()
                said = self._log_text() + self._errors.read_text("utf-8", errors="replace")
                shown = "".join(f"\n    {x}" for x in said.splitlines()[-_SHOWN_LINES:])
                raise ImpossibleError(f"{self._scenario}: the scenario sends nothing:{shown}")
            time.sleep(_POLL_SECONDS)

    def ended(self) -> str:
        """That it has ended by itself, and its last words; empty while it runs, or was stopped."""
        status = None if self._child is None else self._child.poll()
        if status is None:
            return ""
        shown = "".join(f"\n    {x}" for x in self._log_text().splitlines()[-_SHOWN_LINES:])
        how = f"signal {-status}" if status < 0 else f"status {status}"
        return f"the scenario {self._scenario} ended by itself with {how}:{shown or ' no words'}"

    def stop(self) -> None:
        """Stop it; nothing happens where it has stopped."""
        child, self._child = self._child, None
        if child is None:
            return
        with suppress(ProcessLookupError):
            child.send_signal(signal.SIGTERM)
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _command(self, path: Path) -> list[str]:
        users = str(self._users)
        options = {
            "--locustfile": f"{path},{PLUGIN}",
            "--host": self._stack.addresses.of_service(self._config.primary),
            "--users": users,
            "--spawn-rate": users,
            "--run-time": f"{_LONGEST_SECONDS}s",
            "--logfile": str(self._log),
        }
        if self._rate:
            options["--rate"] = f"{self._rate:g}"
        flags = ("--headless", "--only-summary")
        words = (word for option in options.items() for word in option)
        return [sys.executable, "-m", "locust", *flags, *words]

    def _log_text(self) -> str:
        try:
            return self._log.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""


class Controls:
    """Everything that can be done to one stack."""

    def __init__(self, config: Config, stack: RunningStack, serve: tuple[str, ...] = SERVE) -> None:
        self._config, self._stack, self._serve = config, stack, serve
        drill = config.drill
        self._background = (
            Traffic(config, stack, drill.background, drill.users) if drill.background else None
        )
        self._loads: dict[str, Traffic] = {}

    def start_background(self) -> None:
        """Start the background traffic, where the project has some."""
        if self._background is not None:
            self._background.start()

    def stop_traffic(self) -> None:
        """Stop all traffic."""
        for traffic in self._loads.values():
            traffic.stop()
        if self._background is not None:
            self._background.stop()

    def ended_traffic(self) -> str:
        """Which traffic has ended by itself, and its last words; empty where all of it runs."""
        every = [*self._loads.values(), *([self._background] if self._background else [])]
        return "\n".join(filter(None, (traffic.ended() for traffic in every)))

    def restart_background(self) -> bool:
        """Start the background again where it has ended by itself; whether it had.

        Raises ImpossibleError where it sends nothing.
        """
        if self._background is None or not self._background.ended():
            return False
        self._background.stop()
        self._background.start()
        return True

    def apply(self, cause: Applicable) -> float:
        """Apply `cause`; the time from which on it holds.

        Raises ImpossibleError where that cannot be done here.
        """
        match cause:
            case Fault():
                held = self._set(cause)
                if cause.load is not None:
                    self.apply(cause.load)
                return held
            case Load():
                rate = cause.users * _PER_USER
                traffic = Traffic(self._config, self._stack, cause.scenario, cause.users, rate)
                self._loads[cause.scenario] = traffic
                traffic.start()
            case Stop():
                names = self._processes(cause)
                # Before it stops: a scrape may fail while it is still ending.
                now = time.time()
                for name in names:
                    restart_server.stop(self._stack, name)
                return now
            case Quiet():
                if self._background is None:
                    raise ImpossibleError(
                        "[tool.toolkit.drill] background is not set: there is no traffic to pause."
                    )
                self._background.stop()
        return time.time()

    def clear(self, cause: Applicable) -> float:
        """Undo `cause`; the time from which on it holds no longer."""
        match cause:
            case Fault():
                self._call(cause, "DELETE", f"/{cause.name}")
                if cause.load is not None:
                    self.clear(cause.load)
            case Load():
                self._loads.pop(cause.scenario).stop()
            case Stop():
                for name in self._processes(cause):
                    self._stack = restart_server.start(
                        self._config, self._stack, name, serve=self._serve
                    )
            case Quiet():
                if self._background is not None:
                    self._background.start()
        return time.time()

    def _set(self, fault: Fault) -> float:
        # Before the request: the fault holds at the latest when the service answers.
        now = time.time()
        self._call(fault, "POST", "", {"fault": fault.name, **fault.parameters})
        return now

    def _processes(self, cause: Stop) -> tuple[str, ...]:
        """What is stopped: one process, or every instance of a service."""
        known = {component.name for component in self._stack.components}
        instances = {x.name: x.instance_names for x in self._config.all_services}
        names = instances.get(cause.component, (cause.component,))
        if not known.issuperset(names):
            raise ImpossibleError(
                f"{cause.component} was not started by `toolkit up`, so the drill does not stop it."
            )
        return names

    def _call(
        self, fault: Fault, method: str, path: str, body: dict[str, str | float] | None = None
    ) -> None:
        """Ask the fault endpoint of every instance of the service."""
        service = faulty_service(self._config, fault)
        if service is None:
            raise ImpossibleError(f"{no_endpoint(self._config, fault)}: no fault endpoint.")
        environment = environment_in(self._config, self._stack, service)
        token = environment.get(service.faults.token, "")
        for address in self._stack.addresses.services.get(service.name, service.urls):
            self._ask(service, token, method, address + service.faults.path + path, body)

    def _ask(
        self,
        service: ServiceConfig,
        token: str,
        method: str,
        url: str,
        body: dict[str, str | float] | None,
    ) -> None:
        http = HttpClient(
            name="the service",
            url=url,
            hint="",
            access=NO_CREDENTIALS.with_token(token),
            timeout_seconds=_TIMEOUT_SECONDS,
        )
        try:
            answer = http.request(method, "", body=body)
        except ToolkitError as error:
            raise ImpossibleError(f"{method} {error.message}") from None
        if answer.status_code == HTTPStatus.NOT_FOUND:
            raise ImpossibleError(
                f"{method} {url} answers 404: this service has no fault endpoint, or it is off."
                f"{_token_hint(self._config, service)}"
            )
        if not answer.ok:
            raise ImpossibleError(
                f"{method} {url} answers {answer.status_code}: {answer.text[:200]}"
            )


def faulty_service(config: Config, fault: Fault) -> ServiceConfig | None:
    """The service whose fault endpoint sets `fault`; None where there is none."""
    having = [x for x in config.all_services if x.faults.path]
    if fault.service:
        return next((x for x in having if x.name == fault.service), None)
    return config.primary if config.primary in having else next(iter(having), None)


def services_of(config: Config, causes: Iterable[Applicable]) -> Selection:
    """What a stack for these causes starts.

    What runs on demand, and what has a profile, is started for the causes that are applied to it
    or to another of its profile: what is of use together is watched together.
    """
    found = set()
    for cause in causes:
        if isinstance(cause, Fault):
            service = faulty_service(config, cause)
            found.add(service.name if service else "")
        elif isinstance(cause, Stop):
            found.add(cause.component)
    services = config.all_services
    profiles = {x.profile for x in services if x.profile and found & {x.name, *x.instance_names}}
    together = {x.name for x in services if x.name in found or x.profile in profiles}
    at_times = {x.name for x in services if x.run is ServiceRun.ON_DEMAND}
    optional = {x.name for x in services if x.profile and not x.is_constant}
    return Selection(too=together & at_times, without=optional - together)


def unknown_process(config: Config, cause: Stop) -> str:
    """Why there is nothing of that name to stop; empty where a stack may have it."""
    services = config.all_services
    known = {name for each in services for name in (each.name, *each.instance_names)}
    known |= {"prometheus", "alertmanager"}
    name = cause.component
    return "" if name in known else f"there is no process {name!r}{did_you_mean(name, known)}"


def no_endpoint(config: Config, fault: Fault) -> str:
    """Which key of the configuration is missing where no service can set `fault`."""
    if not config.services:
        return "[tool.toolkit.drill] faults is not set"
    return f"[tool.toolkit.services.{fault.service or 'NAME'}] faults is not set"


def _token_hint(config: Config, service: ServiceConfig) -> str:
    if not service.faults.token:
        return ""
    own = f"services.{service.name}" if config.services else "stack"
    return (
        f" Set {service.faults.token} in [tool.toolkit.drill.environment] or, for the stack of "
        f"`toolkit up`, in [tool.toolkit.{own}.environment]."
    )
