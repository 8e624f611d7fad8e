"""Runs checks at the same time, within a deadline, and gives the outcome of each."""

import json
import threading
import time
from collections.abc import Callable, Sequence

from toolkit.errors import (
    ConfigurationError,
    DefinitionError,
    ExitStatus,
    RefusedError,
    UnreachableError,
    UsageError,
    worst,
)
from toolkit.find_definitions import named_for_their_file
from toolkit.findings import Finding, are_clean
from toolkit.prometheus.exposition import ScrapeError
from toolkit.unknown_name_did_you_mean import unknown_name
from toolkit.validate.check import Check, CheckedStack, CheckOutcome, CheckResult, NotYet, Skip

OUR_PACKAGE = "toolkit.checks"
FORMER_PACKAGE = "validators"  # what the same checks were called where they were installed
_NAMED = 3  # of the checks that are waited for
AGAIN_SECONDS = 1.0  # between two looks at what is not known yet
# For each check. All of them take 2 s where the servers are near; those that read the source take
# ten times as long on a machine that does much else, and no server is slow then.
DEADLINE_SECONDS = 60.0


_STATUS = {
    CheckOutcome.PASSED: ExitStatus.CLEAN,
    CheckOutcome.FAILED: ExitStatus.FINDINGS,
    CheckOutcome.SKIPPED: ExitStatus.CLEAN,
    CheckOutcome.UNKNOWN: ExitStatus.UNKNOWN,
}


def checks(packages: Sequence[str]) -> tuple[Check, ...]:
    """The checks of every module in `packages`, by group and id. Raises what discovery raises."""
    try:
        found = named_for_their_file(packages, "CHECK", Check, "validators")
    except (ConfigurationError, DefinitionError) as error:
        if FORMER_PACKAGE not in packages:
            raise
        now = [OUR_PACKAGE if package == FORMER_PACKAGE else package for package in packages]
        raise ConfigurationError(
            error.message,
            fix=f"the toolkit's own checks are {OUR_PACKAGE} now: write validators = "
            f"{json.dumps(now)}.",
        ) from None
    return tuple(sorted(found.values(), key=lambda check: (check.group, check.id)))


def select(
    known: Sequence[Check], only: Sequence[str] = (), skip: Sequence[str] = ()
) -> tuple[Check, ...]:
    """The checks asked for. Raises UsageError for an id that no check has, and for none at all."""
    ids = {check.id for check in known}
    for name in (*only, *skip):
        if name not in ids:
            raise UsageError(unknown_name("check", name, ids))
    chosen = tuple(c for c in known if (not only or c.id in only) and c.id not in skip)
    if not chosen:
        raise UsageError("no check is left.", fix="name one with --only that --skip does not.")
    return chosen


def run(
    stack: CheckedStack, selection: Sequence[Check], deadline_seconds: float = DEADLINE_SECONDS
) -> tuple[CheckResult, ...]:
    """Run the checks at the same time; the results are in the order of the checks.

    What has no result by the deadline is unknown. A thread cannot be stopped from outside: it is
    left alone, and does not keep the process from ending. An exception that a
    check does not mean is raised here.
    """
    ends: dict[str, CheckResult | BaseException] = {}
    threads = [
        threading.Thread(target=_keep, args=(stack, check, ends), daemon=True)
        for check in selection
    ]
    for thread in threads:
        thread.start()
    deadline = time.monotonic() + deadline_seconds
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    return tuple(
        _result_or_unknown(check, ends.get(check.id), deadline_seconds) for check in selection
    )


def _keep(stack: CheckedStack, check: Check, ends: dict[str, CheckResult | BaseException]) -> None:
    try:
        ends[check.id] = _result_of(stack, check)
    except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
        ends[check.id] = error


def _result_or_unknown(
    check: Check, end: CheckResult | BaseException | None, deadline_seconds: float
) -> CheckResult:
    if isinstance(end, BaseException):
        raise end
    return end or CheckResult(
        check,
        CheckOutcome.UNKNOWN,
        reason=f"{check.id} has no result within its deadline of {deadline_seconds:g} s: a server "
        "answers too slowly.\n"
        "  fix: read the servers' logs (here: `toolkit logs`), or give each check longer: "
        f"--deadline {3 * deadline_seconds:g}.",
    )


def run_patiently(
    stack: CheckedStack,
    selection: Sequence[Check],
    patience_seconds: float,
    deadline_seconds: float = DEADLINE_SECONDS,
    say: Callable[[str], None] | None = None,
) -> tuple[CheckResult, ...]:
    """Like `run`; what is unknown is asked again until it is known or the patience ends.

    `say` hears what is waited for, whenever it is something else.
    """
    end = time.monotonic() + patience_seconds
    results = {result.check.id: result for result in run(stack, selection, deadline_seconds)}
    told: list[Check] = []
    while time.monotonic() < end:
        unknown = [c for c in selection if results[c.id].outcome is CheckOutcome.UNKNOWN]
        if not unknown:
            break
        if say is not None and unknown != told:
            left = max(0.0, end - time.monotonic())
            say(f"waiting up to {left:.0f} s for {_names(unknown)}")
        told = unknown
        time.sleep(min(AGAIN_SECONDS, max(0.0, end - time.monotonic())))
        results |= {result.check.id: result for result in run(stack, unknown, deadline_seconds)}
    return tuple(results[check.id] for check in selection)


def _names(unknown: Sequence[Check]) -> str:
    more = len(unknown) - _NAMED
    shown = ", ".join(check.id for check in unknown[:_NAMED])
    return f"{shown} and {more} more" if more > 0 else shown


def _result_of(stack: CheckedStack, check: Check) -> CheckResult:
    findings: list[Finding] = []
    reason, outcome = "", CheckOutcome.PASSED
    try:
        for finding in check.run(stack):
            findings.append(finding)  # noqa: PERF402 - kept, should the rest never be known
    except Skip as skip:
        return CheckResult(check, CheckOutcome.SKIPPED, reason=str(skip))
    except (UnreachableError, ConfigurationError, NotYet) as error:
        reason, outcome = str(error), CheckOutcome.UNKNOWN
    except (RefusedError, ScrapeError) as error:
        findings.append(check.wrong(error.message, fix=error.fix))
    if not are_clean(findings):
        outcome = CheckOutcome.FAILED  # whatever else may yet become known
    return CheckResult(check, outcome, tuple(findings), reason)


def verdict(results: Sequence[CheckResult]) -> ExitStatus:
    """FINDINGS when something failed, UNKNOWN when something could not be known.

    Nothing checked is nothing known.
    """
    outcomes = {result.outcome for result in results}
    if CheckOutcome.PASSED not in outcomes:
        outcomes.add(CheckOutcome.UNKNOWN)
    return worst(_STATUS[outcome] for outcome in outcomes)
