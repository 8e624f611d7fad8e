"""Checks against a running stack: passed, failed, skipped with a reason, or unknown.

A check yields a finding for each thing that is wrong. A server that does not answer, or not
before the deadline, makes it unknown, never failed; what the environment lacks on purpose
makes it skipped, never passed.
"""

import importlib
import pkgutil
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from toolkit.errors import (
    ConfigurationError,
    DefinitionError,
    ExitStatus,
    UnreachableError,
    UsageError,
    did_you_mean,
)
from toolkit.findings import Finding, Level, are_clean
from toolkit.grafana import Grafana
from toolkit.project import Project
from toolkit.scrape import ScrapeError
from toolkit.servers import Alertmanager, MeasuredService, Prometheus, RefusedError

NO_GRAFANA = "this environment has no Grafana"
# Prometheus takes up new targets every 5 s, and looks for them every 5 s.
# Source: discoveryManager and scrape.Manager, https://github.com/prometheus/prometheus
DISCOVERY_SECONDS = 15.0
AGAIN_SECONDS = 1.0  # between two looks at what is not known yet
DEADLINE_SECONDS = 10.0  # for each check; all of them take 2 s where the servers are near


class Group(IntEnum):
    """What a check is about, in the order in which a person would ask."""

    PROMETHEUS_RUNS = 1
    PROMETHEUS_IS_CONFIGURED = 2
    GRAFANA_RUNS = 3
    DASHBOARDS = 4
    CATALOGUE = 5
    INSTRUMENTATION = 6
    TESTS = 7
    DOCUMENTATION = 8


class Outcome(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Stack:
    """What checks may look at: the definitions, and the servers that should agree with them."""

    project: Project
    service: MeasuredService
    prometheus: Prometheus
    alertmanager: Alertmanager
    grafana: Grafana | None = None

    def its_grafana(self) -> Grafana:
        """The environment's Grafana. Raises Skip where it has none."""
        if self.grafana is None:
            raise Skip(NO_GRAFANA)
        return self.grafana

    def expect_discovery_of(self, what: str) -> None:
        """Call before saying that Prometheus does not know `what`.

        Raises NotYet while it may still find it: it has only just read its configuration.
        """
        ago = self.prometheus.configured_seconds_ago()
        if ago < DISCOVERY_SECONDS:
            raise NotYet(
                f"Prometheus read its configuration {max(ago, 0.0):.0f} s ago, and has not "
                f"discovered {what} yet.\n"
                f"  fix: validate again in {DISCOVERY_SECONDS:g} s, "
                f"or say --wait {DISCOVERY_SECONDS:g}."
            )


class Skip(Exception):  # noqa: N818 - it is no error: the environment lacks the thing on purpose
    """Raised by a check for what the environment deliberately lacks; the text says why."""


class NotYet(Exception):  # noqa: N818 - it is no error: the answer comes with time
    """Raised by a check for what cannot be known yet; the text says what to wait for."""


@dataclass(frozen=True, slots=True)
class Check:
    """A claim about the stack. `run` yields one finding for each way in which it is false.

    A finding of level INFO is a figure to be shown, and makes nothing false. `fix` is what to
    do where a finding has no better advice.
    """

    id: str
    claim: str
    group: Group
    run: Callable[[Stack], Iterator[Finding]]
    fix: str = ""

    def wrong(self, message: str, *, fix: str = "", subject: str = "") -> Finding:
        """A finding of this check."""
        advice = fix or self.fix
        return Finding(
            rule=self.id, level=Level.ERROR, message=message, fix=advice, subject=subject
        )


@dataclass(frozen=True, slots=True)
class Result:
    """How one check ended; `reason` says why it was skipped or is unknown."""

    check: Check
    outcome: Outcome
    findings: tuple[Finding, ...] = ()
    reason: str = ""


def checks(packages: Sequence[str]) -> tuple[Check, ...]:
    """The checks of every module in `packages`, by group and id.

    Raises ConfigurationError for a package that is not there, DefinitionError for a module
    without CHECK or whose check is not named for its file.
    """
    found: dict[str, Check] = {}
    for package in packages:
        try:
            paths = list(importlib.import_module(package).__path__)
        except (ModuleNotFoundError, AttributeError):
            message = f"[tool.toolkit] validators: there is no package {package!r}."
            raise ConfigurationError(message) from None
        for info in pkgutil.iter_modules(paths):
            if info.name.startswith("_"):
                continue
            check = getattr(importlib.import_module(f"{package}.{info.name}"), "CHECK", None)
            wanted = info.name.replace("_", "-")
            if not isinstance(check, Check) or check.id != wanted:
                raise DefinitionError(f"{package}.{info.name}: exports no CHECK named {wanted!r}.")
            if check.id in found:
                raise DefinitionError(f"two checks are named {check.id!r}.")
            found[check.id] = check
    return tuple(sorted(found.values(), key=lambda check: (check.group, check.id)))


def select(
    known: Sequence[Check], only: Sequence[str] = (), skip: Sequence[str] = ()
) -> tuple[Check, ...]:
    """The checks asked for. Raises UsageError for an id that no check has, and for none at all."""
    ids = {check.id for check in known}
    for name in (*only, *skip):
        if name not in ids:
            raise UsageError(f"unknown check {name!r}{did_you_mean(name, ids)}")
    chosen = tuple(c for c in known if (not only or c.id in only) and c.id not in skip)
    if not chosen:
        raise UsageError("no check is left.", fix="name one with --only that --skip does not.")
    return chosen


def run(
    stack: Stack, selection: Sequence[Check], deadline_seconds: float = DEADLINE_SECONDS
) -> tuple[Result, ...]:
    """Run the checks side by side; the results are in the order of the checks.

    What has not ended by the deadline is unknown. A thread cannot be ended from outside: such
    a one is left alone, and does not keep the process from ending.
    """
    ended: dict[str, Result | BaseException] = {}
    threads = [
        threading.Thread(target=_play, args=(stack, check, ended), daemon=True)
        for check in selection
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + deadline_seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return tuple(_told(check, ended.get(check.id), deadline_seconds) for check in selection)


def _play(stack: Stack, check: Check, ended: dict[str, Result | BaseException]) -> None:
    try:
        ended[check.id] = _result(stack, check)
    except BaseException as error:  # noqa: BLE001 - raised again where the checks are run
        ended[check.id] = error


def _told(check: Check, end: Result | BaseException | None, deadline_seconds: float) -> Result:
    if isinstance(end, BaseException):
        raise end
    return end or Result(
        check,
        Outcome.UNKNOWN,
        reason=f"{check.id} has not ended within its deadline of {deadline_seconds:g} s: a server "
        "answers too slowly.\n"
        "  fix: read the servers' logs (here: `toolkit logs`), or give each check longer: "
        f"--deadline {3 * deadline_seconds:g}.",
    )


def run_patiently(
    stack: Stack,
    selection: Sequence[Check],
    patience_seconds: float,
    deadline_seconds: float = DEADLINE_SECONDS,
) -> tuple[Result, ...]:
    """Like `run`; what is unknown is asked again until it is known or the patience ends."""
    end = time.monotonic() + patience_seconds
    results = {result.check.id: result for result in run(stack, selection, deadline_seconds)}
    while time.monotonic() < end:
        unknown = [c for c in selection if results[c.id].outcome is Outcome.UNKNOWN]
        if not unknown:
            break
        time.sleep(min(AGAIN_SECONDS, max(0.0, end - time.monotonic())))
        results |= {result.check.id: result for result in run(stack, unknown, deadline_seconds)}
    return tuple(results[check.id] for check in selection)


def _result(stack: Stack, check: Check) -> Result:
    findings: list[Finding] = []
    reason, outcome = "", Outcome.PASSED
    try:
        for finding in check.run(stack):
            findings.append(finding)  # noqa: PERF402 - kept, should the rest never be known
    except Skip as skip:
        return Result(check, Outcome.SKIPPED, reason=str(skip))
    except (UnreachableError, ConfigurationError, NotYet) as error:
        reason, outcome = str(error), Outcome.UNKNOWN
    except (RefusedError, ScrapeError) as error:
        findings.append(check.wrong(error.message, fix=error.fix))
    if not are_clean(findings):
        outcome = Outcome.FAILED  # whatever else may yet become known
    return Result(check, outcome, tuple(findings), reason)


def verdict(results: Sequence[Result]) -> ExitStatus:
    """FINDINGS when something failed, UNKNOWN when something could not be known.

    Nothing checked is nothing known.
    """
    outcomes = {result.outcome for result in results}
    if Outcome.FAILED in outcomes:
        return ExitStatus.FINDINGS
    if Outcome.UNKNOWN in outcomes or Outcome.PASSED not in outcomes:
        return ExitStatus.UNKNOWN
    return ExitStatus.CLEAN
