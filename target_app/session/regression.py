"""The four tests of the regression: whether each bug of the past is still fixed, by a folder.

What the folder does not show is never passed over: a session that sent no order, lost its
events or did not end has proved nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from target_app.session.objectives import MOST_PENDING, WARN_PENDING
from target_app.session.session_record import SessionRecord

_SHOWN = 3  # orders or threads that a message names


class TestVerdict(StrEnum):
    """What became of one test. A warning passes."""

    __test__ = False  # pytest collects what is called Test…

    PASS = "pass"  # noqa: S105 - a verdict, not a secret
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionTest:
    """One test, judged. `figures` are the lines between its heading and its verdict."""

    number: int
    heading: str
    name: str
    figures: Mapping[str, int | float | str]
    verdict: TestVerdict
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Regression:
    """All four, for one session."""

    record: SessionRecord
    tests: tuple[RegressionTest, ...]

    @property
    def failed(self) -> tuple[RegressionTest, ...]:
        """The tests that failed."""
        return tuple(test for test in self.tests if test.verdict is TestVerdict.FAIL)


Judged = tuple[TestVerdict, str]


def judge(record: SessionRecord) -> Regression:
    """Judge a session by its folder."""
    sent, filled, failed = (record.events[f"ORDER_{end}"] for end in ("SENT", "FILLED", "FAILED"))
    return Regression(
        record=record,
        tests=(
            _test(
                1,
                "Checking ORDER_FILLED events",
                "filled orders",
                _filled(record),
                {
                    "ORDER_SENT": sent,
                    "ORDER_FILLED": filled,
                    "ORDER_FAILED": failed,
                    "Fill Rate": f"{fill_rate(record):.1%}",
                },
            ),
            _test(
                2,
                "Checking for stale pending_buy_intents",
                "stale intents",
                _intents(record),
                {
                    "Pending Intents": record.pending if record.summary else "unknown",
                    "Positions": record.positions,
                },
            ),
            _test(
                3,
                "Checking for ERROR-level observability",
                "error observability",
                _observable(record),
                {"ERROR logs": record.errors, "ORDER_FAILED logs": failed},
            ),
            _test(4, "Checking for crashes", "crashes", _crashes(record), {}),
        ),
    )


def fill_rate(record: SessionRecord) -> float:
    """Filled orders of those sent, 0..1."""
    sent = record.events["ORDER_SENT"]
    return record.events["ORDER_FILLED"] / sent if sent else 0.0


def _test(
    number: int, heading: str, name: str, judged: Judged, figures: Mapping[str, Any]
) -> RegressionTest:
    verdict, message = judged
    return RegressionTest(
        number=number,
        heading=heading,
        name=name,
        figures=figures,
        verdict=verdict,
        message=message,
    )


def _filled(record: SessionRecord) -> Judged:
    sent, filled = record.events["ORDER_SENT"], record.events["ORDER_FILLED"]
    ended = filled + record.events["ORDER_FAILED"]
    if not record.is_trading:
        if sent:
            return TestVerdict.FAIL, f"{sent} orders left although global_trading is off"
        return TestVerdict.PASS, "No order left, as global_trading is off"
    if not sent:
        return TestVerdict.FAIL, "No order was sent, so nothing was proved"
    if ended > sent:
        return TestVerdict.FAIL, f"{ended} orders ended, and only {sent} were sent"
    if not filled:
        return TestVerdict.FAIL, f"100% failure rate: none of {sent} orders was filled"
    return TestVerdict.PASS, f"Orders are being filled ({fill_rate(record):.1%} fill rate)"


def _intents(record: SessionRecord) -> Judged:
    if record.summary is None:
        return TestVerdict.FAIL, "There is no metrics/summary.json that says how many are pending"
    pending = record.pending
    if pending > MOST_PENDING:
        return TestVerdict.FAIL, f"{pending} pending intents, over {MOST_PENDING}: they go stale"
    if pending > WARN_PENDING:
        return TestVerdict.WARN, f"{pending} pending intents, over {WARN_PENDING}"
    return TestVerdict.PASS, f"Pending intents under control ({pending})"


def _observable(record: SessionRecord) -> Judged:
    failed = record.events["ORDER_FAILED"]
    if record.silent_count:
        named = f": {_some(record.silent)}" if record.silent else ""
        counted = f"{record.silent_count} of {failed} failed orders have no ERROR event"
        return TestVerdict.FAIL, f"{counted} (silent failures){named}"
    if record.lost_events:
        return TestVerdict.FAIL, f"{record.lost_events} events could not be written"
    if record.is_ended:
        for what, said in (("SENT", "sent"), ("FILLED", "filled"), ("FAILED", "failed")):
            total, logged = _counter(record, f"orders_{said}"), record.events[f"ORDER_{what}"]
            if total is not None and total != logged:
                told = f"{total} orders were {said} by the summary"
                return TestVerdict.FAIL, f"{told}, and {logged} have an ORDER_{what} event"
        lost = record.events["ORDER_SENT"] - record.events["ORDER_FILLED"] - failed
        if lost > 0 and not record.is_foreign:
            return TestVerdict.FAIL, f"{lost} orders were sent, and never heard of again"
    return TestVerdict.PASS, "Error logging is working"


def _counter(record: SessionRecord, name: str) -> int | None:
    counters = (record.summary or {}).get("counters")
    value = counters.get(name) if isinstance(counters, dict) else None
    return value if isinstance(value, int) else None


def _crashes(record: SessionRecord) -> Judged:
    if record.crashes:
        return TestVerdict.FAIL, f"The session crashed: {record.crashes[0]}{_dump(record)}"
    if record.stuck:
        return TestVerdict.FAIL, f"Deadlocked threads: {_some(record.stuck)}{_dump(record)}"
    if record.stack_dump:
        return TestVerdict.FAIL, f"There is a crash dump{_dump(record)}"
    if not record.is_ended and not record.is_foreign:
        return TestVerdict.FAIL, "The session did not end: it was killed, or still runs"
    return TestVerdict.PASS, "No crashes detected"


def _dump(record: SessionRecord) -> str:
    return f" (see {record.folder / 'stackdump.txt'})" if record.stack_dump else ""


def _some(names: tuple[str, ...]) -> str:
    left = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {left} more" if left > 0 else "")
