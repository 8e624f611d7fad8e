"""Plays a plan: every lane on a stack and a thread of its own. Yields events, prints nothing.

However the drill ends, an interruption included, nothing that it started is left running.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress

from toolkit.drill import stacks as stages
from toolkit.drill.events import Event, Finished, Said
from toolkit.drill.observer import Watch
from toolkit.drill.plan import Lane, Plan
from toolkit.drill.results import FalseAlarm, Outcome, Ran, Record, Silenced, Verdict
from toolkit.drill.stacks import Stage
from toolkit.drill.step_runner import Found, Interrupted, Scene
from toolkit.project import Project
from toolkit.stack import process

Open = Callable[[Lane, Callable[[str], None]], AbstractContextManager[Stage]]
_WAIT_SECONDS = 0.2


def run(project: Project, plan: Plan, open_stage: Open) -> Iterator[Event]:
    """Drill, lane beside lane; the last event has the outcome.

    `open_stage` gives a lane its stack. What goes wrong on one lane ends them all, and is
    raised here.
    """
    began = time.monotonic()
    events: queue.Queue[Event | BaseException | Lane] = queue.Queue()
    stop = threading.Event()
    found: list[Found] = []
    threads = [
        threading.Thread(
            target=_play, args=(project, lane, open_stage, events.put, found.append, stop)
        )
        for lane in plan.lanes
    ]
    for thread in threads:
        thread.start()
    left = len(threads)
    try:
        while left:
            with suppress(queue.Empty):
                event = events.get(timeout=_WAIT_SECONDS)
                if isinstance(event, BaseException):
                    raise event
                if isinstance(event, Lane):
                    left -= 1
                else:
                    yield event
    finally:
        stop.set()
        if left:
            for lane in plan.lanes:
                # A stack that is still starting hears of the end when its servers are gone.
                process.end(process.family((), str(stages.folder(project, lane))))
        for thread in threads:
            thread.join()
    yield Finished(_outcome(plan, found, time.monotonic() - began))


def _play(  # noqa: PLR0917 - the arguments of a thread are positional
    project: Project,
    lane: Lane,
    open_stage: Open,
    put: Callable[[Event | BaseException | Lane], None],
    keep: Callable[[Found], None],
    stop: threading.Event,
) -> None:
    """One lane, from its stack's start to its end."""
    try:
        with open_stage(lane, lambda text: put(Said(lane.name, text))) as stage:
            every = lane.clock.every_seconds or lane.clock.compression.scrape_seconds
            watch = Watch(lane.name, stage.prometheus, stage.notices, every=every, emit=put)
            scene = Scene(project, lane, stage, watch, put, stop)
            keep(scene.background())
            for step in lane.steps:
                keep(scene.play(step))
            put(Said(lane.name, "done; ending what the drill has started"))
    except Interrupted:
        pass
    except BaseException as error:  # noqa: BLE001 - raised again where the drill is run
        put(error)
        return
    put(lane)


def _outcome(plan: Plan, found: list[Found], seconds: float) -> Outcome:
    records: list[Record] = []
    ran: list[Ran] = []
    alarms: list[FalseAlarm] = []
    silenced: list[Silenced] = []
    for each in found:
        records += each.records
        ran.append(each.ran)
        alarms += each.false_alarms
        silenced += each.silenced
    order = {alert.name: number for number, alert in enumerate(plan.alerts)}
    excused = [
        Record(
            alert=alert.name,
            severity=alert.severity.value,
            verdict=Verdict.EXCUSED,
            problems=(reason,),
        )
        for alert, reason in plan.excused
    ]
    return Outcome(
        records=(*sorted(records, key=lambda r: order[r.alert]), *excused),
        ran=tuple(sorted(ran, key=lambda r: r.applied)),
        false_alarms=tuple(alarms),
        silenced=tuple(silenced),
        seconds=seconds,
        load=os.getloadavg()[0] / (os.cpu_count() or 1),
    )
