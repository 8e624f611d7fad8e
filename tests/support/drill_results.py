"""Results of drills that never ran: one alert of each verdict, a false alarm, an inhibition."""

from dataclasses import replace

from toolkit.drill.results import (
    AlertRecord,
    CauseRun,
    DrillResult,
    DrillVerdict,
    FalseAlarm,
    ObservedInhibition,
    SeenOnce,
)

PROVED = AlertRecord(
    alert="Slow",
    severity="warning",
    verdict=DrillVerdict.PROVED,
    cause="delay",
    stack="usual-1",
    factor=60,
    applied=100.0,
    pending=102.0,
    firing=107.0,
    notified=107.5,
    cleared=108.0,
    resolved=114.0,
    notified_resolved=115.0,
    receiver="desk",
    predicted_seconds=14.0,
    real_seconds=630.0,
)
MISSED = replace(
    PROVED,
    alert="Down",
    severity="critical",
    verdict=DrillVerdict.MISSED,
    cause="stop service",
    firing=None,
    notified=None,
    resolved=None,
    notified_resolved=None,
    receiver="",
    problems=("never fired",),
)
EXCUSED = AlertRecord(
    alert="Fire", severity="info", verdict=DrillVerdict.EXCUSED, problems=("It needs a fire.",)
)
IMPOSSIBLE = replace(
    MISSED, alert="Cut", verdict=DrillVerdict.IMPOSSIBLE, problems=("POST /faults answers 404",)
)
DELAY = CauseRun(
    cause="delay",
    stack="usual-1",
    applied=100.0,
    cleared=108.0,
    fired=("Late", "Odd", "Slow"),
    proving=("Slow",),
    also=("Late",),
)
STOP = CauseRun(
    cause="stop service",
    stack="usual-1",
    applied=120.0,
    cleared=130.0,
    fired=(),
    proving=("Down",),
    also=(),
)
ODD = FalseAlarm("Odd", "delay", "usual-1", 103.0)
HELD = ObservedInhibition("Down", ("Slow",), ())


NOT_HELD = ObservedInhibition("Down", ("Slow",), ("Slow",))
ONCE = SeenOnce(alert="Odd", what="fired falsely", cause="delay", stack="usual-1", load=2.46)


def drilled(
    *records: AlertRecord,
    runs: tuple[CauseRun, ...] = (),
    alarms: tuple[FalseAlarm, ...] = (),
    inhibitions: tuple[ObservedInhibition, ...] = (),
) -> DrillResult:
    return DrillResult(
        records=records,
        cause_runs=runs,
        false_alarms=alarms,
        inhibitions=inhibitions,
        seconds=61.2,
        load=0.0,
    )


WHOLE = drilled(
    PROVED, MISSED, IMPOSSIBLE, EXCUSED, runs=(DELAY, STOP), alarms=(ODD,), inhibitions=(HELD,)
)
