"""`toolkit validate --watch`: looks at a stack again and again until something fails or time is up.

The first check that fails ends the watch. What is unknown in one look, such as a server that does
not answer, may be known in the next; what is unknown in the last stays so.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from toolkit.durations import in_words
from toolkit.errors import ToolkitError
from toolkit.validate import run_checks as validation
from toolkit.validate.check import Check, CheckedStack, CheckGroup, CheckOutcome, CheckResult
from toolkit.validate.watch_window import WatchStart, WatchWindow, begin

PACKAGE = "toolkit.validate.watch_checks"
LEAST_SCRAPES = 3  # a rate needs two samples, and the first scrape may be a whole interval away
_LINES = 20  # of progress in a watch in which nothing changes


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchOptions:
    """How long to watch, how often to look, and how long each check may take."""

    seconds: float
    every_seconds: float
    deadline_seconds: float = validation.DEADLINE_SECONDS


def checks() -> tuple[Check, ...]:
    """The checks of a watch."""
    return validation.checks((PACKAGE,))


def after_checks(
    stack: CheckedStack,
    selection: Sequence[Check],
    options: WatchOptions,
    wait_seconds: float,
    progress: Callable[[str], None],
) -> tuple[CheckResult, ...]:
    """The other checks of the selection, then the watch, and the results of both.

    One that fails leaves nothing to watch for. What is unknown before the watch is asked again
    after it.
    """
    watched = [check for check in selection if check.group is CheckGroup.WATCH]
    once = [check for check in selection if check.group is not CheckGroup.WATCH]
    deadline = options.deadline_seconds
    before = validation.run_patiently(stack, once, wait_seconds, deadline, progress)
    if any(result.outcome is CheckOutcome.FAILED for result in before):
        progress("watch: not begun, since a check has failed")
        return before
    during = run(stack, watched, options, progress)
    unknown = [r.check for r in before if r.outcome is CheckOutcome.UNKNOWN]
    again = {r.check.id: r for r in validation.run(stack, unknown, deadline)}
    return (*(again.get(r.check.id, r) for r in before), *during)


def run(
    stack: CheckedStack,
    selection: Sequence[Check],
    options: WatchOptions,
    progress: Callable[[str], None],
) -> tuple[CheckResult, ...]:
    """The results of the last look. KeyboardInterrupt passes through, and leaves nothing behind."""
    try:
        start = begin(stack.project, stack.prometheus)
    except ToolkitError as error:
        return tuple(CheckResult(c, CheckOutcome.UNKNOWN, reason=str(error)) for c in selection)
    return _Watch(stack, selection, options, progress).run(start)


class _Watch:
    """One watch: its looks, and what is said between them."""

    def __init__(
        self,
        stack: CheckedStack,
        selection: Sequence[Check],
        options: WatchOptions,
        progress: Callable[[str], None],
    ) -> None:
        self._stack = stack
        self._selection = selection
        self._options = options
        self._progress = progress
        self._said = ""
        self._said_at = -options.seconds

    def run(self, start: WatchStart) -> tuple[CheckResult, ...]:
        total = self._options.seconds
        began = time.monotonic()
        window = WatchWindow(start=start, now=start.moment)
        while True:
            elapsed = time.monotonic() - began
            window.now = start.moment + elapsed
            window.is_last = elapsed >= total
            results = self._look(window)
            if window.is_last or any(r.outcome is CheckOutcome.FAILED for r in results):
                self._say(elapsed, results, always=True)
                return results
            self._say(elapsed, results)
            left = total - (time.monotonic() - began)
            time.sleep(max(0.0, min(self._options.every_seconds, left)))

    def _look(self, window: WatchWindow) -> tuple[CheckResult, ...]:
        """All checks at one moment, so that they see the same samples."""
        prometheus = self._stack.prometheus.as_of(window.now)
        looked = replace(self._stack, prometheus=prometheus, watch=window)
        return validation.run(looked, self._selection, self._options.deadline_seconds)

    def _say(self, elapsed: float, results: Sequence[CheckResult], *, always: bool = False) -> None:
        """A line of progress where something has changed, or enough time has passed."""
        state = _state(results)
        due = elapsed - self._said_at >= self._options.seconds / _LINES
        if always or due or state != self._said:
            self._said, self._said_at = state, elapsed
            whole = in_words(self._options.seconds)
            self._progress(
                f"watch: {in_words(min(elapsed, self._options.seconds))} of {whole}: {state}"
            )


def _state(results: Sequence[CheckResult]) -> str:
    """How many checks hold, and which do not, by name."""
    parts = []
    for outcome, word in (
        (CheckOutcome.PASSED, "hold"),
        (CheckOutcome.FAILED, "failed"),
        (CheckOutcome.UNKNOWN, "unknown"),
        (CheckOutcome.SKIPPED, "skipped"),
    ):
        found = [result.check.id for result in results if result.outcome is outcome]
        if found:
            named = "" if outcome is CheckOutcome.PASSED else f" ({', '.join(found)})"
            parts.append(f"{len(found)} {word}{named}")
    return ", ".join(parts)
