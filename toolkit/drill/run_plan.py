"""Runs a plan: each stack on a thread of its own. Yields events, prints nothing.

What fails beside other stacks is repeated when they are gone: see `toolkit.drill.repeat_alone`.
However the drill ends, an interruption included, nothing that it started is left running.
"""

import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field

from toolkit.drill import repeat_alone
from toolkit.drill.alert_observer import Observer
from toolkit.drill.events import DrillEvent, DrillFinished, StackEvent, StackProgressed
from toolkit.drill.own_or_running_stack import DrillStack, state_folder
from toolkit.drill.plan import DrillPlan, StackPlan
from toolkit.drill.repeat_alone import StepRun
from toolkit.drill.results import AlertRecord, DrillResult, DrillVerdict, SeenOnce, StepResult
from toolkit.drill.step_runner import BACKGROUND, StepRunner
from toolkit.drill.steps import Step
from toolkit.drill.wait_for_condition import DrillInterrupted, Poller
from toolkit.project import Project
from toolkit.stack import process

OpenStack = Callable[[StackPlan, Callable[[str], None]], AbstractContextManager[DrillStack]]
_WAIT_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class _Threads:
    """What the threads of a drill share. A thread that is done puts its plan on the queue."""

    project: Project
    open_stack: OpenStack
    queue: "queue.Queue[StackEvent | BaseException | StackPlan]" = field(
        default_factory=queue.Queue
    )
    stop: threading.Event = field(default_factory=threading.Event)
    runs: list[StepRun] = field(default_factory=list)

    def run_side_by_side(self, plans: Sequence[StackPlan]) -> Iterator[StackEvent]:
        """All these stacks at once, from their start to their end."""
        threads = [threading.Thread(target=self._run_stack, args=(plan,)) for plan in plans]
        for thread in threads:
            thread.start()
        left = len(threads)
        try:
            while left:
                with suppress(queue.Empty):
                    event = self.queue.get(timeout=_WAIT_SECONDS)
                    if isinstance(event, BaseException):
                        raise event
                    if isinstance(event, StackPlan):
                        left -= 1
                    else:
                        yield event
        finally:
            if left:
                self.stop.set()
                for plan in plans:
                    # A stack that is still starting notices the end when its servers are gone.
                    process.end(process.family((), str(state_folder(self.project, plan))))
            for thread in threads:
                thread.join()

    def _run_stack(self, plan: StackPlan) -> None:
        """One stack, from its start to its end."""
        try:
            with self.open_stack(plan, lambda text: self._say(plan, text)) as stack:
                every = plan.timing.every_seconds or plan.timing.compression.scrape_seconds
                emit = self.queue.put
                observer = Observer(
                    plan.name, stack.prometheus, stack.notifications, every_seconds=every, emit=emit
                )
                poller = Poller(observer=observer, stop=self.stop)
                runner = StepRunner(
                    project=self.project, plan=plan, stack=stack, poller=poller, emit=emit
                )
                self._keep(plan, None, runner.background())
                for step in plan.steps:
                    self._keep(plan, step, runner.run(step))
                self._say(plan, "done; stopping what the drill has started")
        except DrillInterrupted:
            pass
        except BaseException as error:  # noqa: BLE001 - raised again where the drill is run
            # Without its plan: the thread counts as not done, so that all stacks are ended.
            self.queue.put(error)
            return
        self.queue.put(plan)

    def _keep(self, plan: StackPlan, step: Step | None, result: StepResult) -> None:
        self.runs.append(StepRun(plan=plan, step=step, result=result, load=_load()))

    def _say(self, plan: StackPlan, text: str) -> None:
        self.queue.put(StackProgressed(plan.name, text))


def run(project: Project, plan: DrillPlan, open_stack: OpenStack) -> Iterator[DrillEvent]:
    """Drill, all stacks at once, then alone what failed; the last event has the result.

    `open_stack` gives a plan its stack. What goes wrong on one stack ends them all, and is
    raised here.
    """
    began = time.monotonic()
    first = _Threads(project, open_stack)
    yield from first.run_side_by_side(plan.stacks)
    alone = _Threads(project, open_stack)
    if len(plan.stacks) > 1:
        for again in repeat_alone.plans(first.runs):
            yield StackProgressed(again.name, _why_alone(again))
            yield from alone.run_side_by_side((again,))
    results, once = repeat_alone.settled(first.runs, alone.runs)
    yield DrillFinished(_result(plan, results, once, time.monotonic() - began))


def _why_alone(plan: StackPlan) -> str:
    causes = ", ".join(step.cause.title for step in plan.steps) or BACKGROUND
    return f"something failed while several stacks ran, so it is repeated alone: {causes}"


def _load() -> float:
    """The machine's, for each core."""
    return os.getloadavg()[0] / (os.cpu_count() or 1)


def _result(
    plan: DrillPlan, steps: Sequence[StepResult], once: tuple[SeenOnce, ...], seconds: float
) -> DrillResult:
    """All results: alerts in the order of the plan, causes in that of their application."""
    order = {alert.name: number for number, alert in enumerate(plan.alerts)}
    records = [record for step in steps for record in step.records]
    excused = [
        AlertRecord(
            alert=alert.name,
            severity=alert.severity.value,
            verdict=DrillVerdict.EXCUSED,
            problems=(reason,),
        )
        for alert, reason in plan.excused
    ]
    return DrillResult(
        records=(*sorted(records, key=lambda record: order[record.alert]), *excused),
        cause_runs=tuple(sorted((step.cause_run for step in steps), key=lambda run: run.applied)),
        false_alarms=tuple(alarm for step in steps for alarm in step.false_alarms),
        inhibitions=tuple(found for step in steps for found in step.inhibitions),
        seconds=seconds,
        load=_load(),
        seen_once=once,
    )
