"""What a drill's result comes to: its exit status, and what follows from its times."""

from dataclasses import replace

import pytest

from tests.support.drill_results import (
    EXCUSED,
    HELD,
    IMPOSSIBLE,
    MISSED,
    NOT_HELD,
    ODD,
    PROVED,
    WHOLE,
    drilled,
)
from toolkit.drill.results import AlertRecord, DrillResult, DrillVerdict, ObservedInhibition
from toolkit.errors import ExitStatus

STATUS = {
    "all proved": (drilled(PROVED), ExitStatus.CLEAN),
    "proved and excused": (drilled(PROVED, EXCUSED), ExitStatus.CLEAN),
    "one missed": (drilled(PROVED, MISSED), ExitStatus.FINDINGS),
    "a false alarm": (drilled(PROVED, alarms=(ODD,)), ExitStatus.FINDINGS),
    "notified though inhibited": (
        drilled(PROVED, inhibitions=(HELD, NOT_HELD)),
        ExitStatus.FINDINGS,
    ),
    "nothing there to inhibit": (
        drilled(PROVED, inhibitions=(ObservedInhibition("Down", (), ()),)),
        ExitStatus.FINDINGS,
    ),
    "nothing there to inhibit, where it need not be shown": (
        drilled(PROVED, inhibitions=(ObservedInhibition("Down", (), (), required=False),)),
        ExitStatus.CLEAN,
    ),
    "inhibited as it should be": (drilled(PROVED, inhibitions=(HELD,)), ExitStatus.CLEAN),
    "a cause that could not be applied": (drilled(PROVED, IMPOSSIBLE), ExitStatus.UNKNOWN),
    "a missed alert counts for more than an impossible one": (
        drilled(MISSED, IMPOSSIBLE),
        ExitStatus.FINDINGS,
    ),
    "nothing proved is nothing known": (drilled(EXCUSED), ExitStatus.UNKNOWN),
}


@pytest.mark.parametrize(("found", "status"), STATUS.values(), ids=STATUS)
def test_status(found: DrillResult, status: ExitStatus) -> None:
    assert found.status is status


@pytest.mark.parametrize(
    ("verdict", "record"),
    [
        (DrillVerdict.PROVED, PROVED),
        (DrillVerdict.MISSED, MISSED),
        (DrillVerdict.IMPOSSIBLE, IMPOSSIBLE),
        (DrillVerdict.EXCUSED, EXCUSED),
    ],
)
def test_records_by_verdict(verdict: DrillVerdict, record: AlertRecord) -> None:
    assert WHOLE.of(verdict) == (record,)


def test_the_real_time_is_the_same_share_of_what_is_predicted_there() -> None:
    assert (PROVED.measured_seconds, PROVED.scaled_seconds) == (7.0, 7.0 / 14.0 * 630.0)


def test_what_did_not_fire_was_not_applied_or_not_predicted_has_no_time() -> None:
    assert (MISSED.measured_seconds, MISSED.scaled_seconds) == (None, None)
    assert replace(PROVED, applied=None).measured_seconds is None
    unpredicted = replace(PROVED, predicted_seconds=0.0)
    assert (unpredicted.measured_seconds, unpredicted.scaled_seconds) == (7.0, None)
