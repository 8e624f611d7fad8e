"""What failed while stacks ran side by side is repeated alone before it is reported.

Stacks side by side can keep every core busy. Then answers are slow for the drill's own sake, and
an alert that fires for that, or is missed for that, says nothing about the rules. What is seen
alone is reported; what was seen beside other stacks only is said to be so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.drill.plan import StackPlan
from toolkit.drill.results import DrillVerdict, SeenOnce, StepResult
from toolkit.drill.steps import Step
from toolkit.drill.text_report import inhibition_text
from toolkit.drill_causes import Applicable


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRun:
    """What a step found on a stack; without a step, what the background alone did.

    `load` is the machine's when the step was over, for each core.
    """

    plan: StackPlan
    step: Step | None
    result: StepResult
    load: float


def failed(run: StepRun) -> bool:
    """Whether the run has what could be the machine's fault."""
    result = run.result
    missed = any(record.verdict is DrillVerdict.MISSED for record in result.records)
    broken = any(not inhibition.held for inhibition in result.inhibitions)
    return bool(missed or broken or result.false_alarms)


def plans(runs: Sequence[StepRun]) -> tuple[StackPlan, ...]:
    """The stacks that repeat what failed, to be run one after another; one for each compression.

    Each starts all the services of the stacks that it stands for.
    """
    kinds: dict[str, list[StepRun]] = {}
    for run in runs:
        kinds.setdefault(_kind(run.plan), []).append(run)
    return tuple(
        StackPlan(
            name=f"{kind}-alone",
            timing=some[0].plan.timing,
            rule_files=some[0].plan.rule_files,
            steps=tuple(run.step for run in some if run.step is not None and failed(run)),
            started_for=tuple(_causes(some)),
        )
        for kind, some in kinds.items()
        if any(map(failed, some))
    )


def settled(
    first: Sequence[StepRun], alone: Sequence[StepRun]
) -> tuple[tuple[StepResult, ...], tuple[SeenOnce, ...]]:
    """The results that hold, and what was seen once and not again."""
    repeated = {_key(run): run for run in alone if not _is_impossible(run)}
    kept: list[StepResult] = []
    once: list[SeenOnce] = []
    for run in first:
        again = repeated.get(_key(run)) if failed(run) else None
        if again is None:
            kept.append(run.result)
        else:
            once += _not_seen_again(run, again.result)
    return (*kept, *(run.result for run in repeated.values())), tuple(once)


def _not_seen_again(run: StepRun, again: StepResult) -> Iterator[SeenOnce]:
    confirmed = set(_failures(again))
    for alert, what, words in _failures_with_words(run.result):
        if (alert, what) not in confirmed:
            yield SeenOnce(
                alert=alert,
                what=words,
                cause=run.result.cause_run.cause,
                stack=run.plan.name,
                load=run.load,
            )


def _failures(result: StepResult) -> Iterator[tuple[str, str]]:
    for alert, what, _ in _failures_with_words(result):
        yield alert, what


def _failures_with_words(result: StepResult) -> Iterator[tuple[str, str, str]]:
    """The alert of each failure, which kind of failure it is, and what a report says of it."""
    for alarm in result.false_alarms:
        yield alarm.alert, "false alarm", "fired falsely"
    for record in result.records:
        if record.verdict is DrillVerdict.MISSED:
            yield record.alert, "missed", f"was missed ({'; '.join(record.problems)})"
    for inhibition in result.inhibitions:
        if not inhibition.held:
            yield inhibition.source, "inhibition", f"fired, and {inhibition_text(inhibition)}"


def _is_impossible(run: StepRun) -> bool:
    return any(record.verdict is DrillVerdict.IMPOSSIBLE for record in run.result.records)


def _kind(plan: StackPlan) -> str:
    """The stacks of one compression, which have the same rules: `usual` of `usual-2`."""
    return plan.name.rsplit("-", 1)[0]


def _key(run: StepRun) -> tuple[str, tuple[str, ...]]:
    """By the step's alerts, each of which has one step; two causes may be called the same."""
    alerts = () if run.step is None else run.step.alerts
    return _kind(run.plan), tuple(alert.name for alert in alerts)


def _causes(runs: Sequence[StepRun]) -> Iterator[Applicable]:
    for plan in {run.plan.name: run.plan for run in runs}.values():
        yield from plan.causes
