"""`toolkit drill`: every alert is made to fire for real, and seen through to its receiver."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus, StackError, UsageError, did_you_mean

if TYPE_CHECKING:
    from toolkit.alerts import Alert
    from toolkit.drill.events import Event
    from toolkit.drill.results import Outcome
    from toolkit.project import Project


def drill(
    *,
    alert: Annotated[
        list[str] | None, typer.Option("--alert", help="Drill only this alert; may be repeated.")
    ] = None,
    severity: Annotated[
        list[str] | None,
        typer.Option("--severity", help="Drill only alerts of this severity; may be repeated."),
    ] = None,
    stacks: Annotated[int, typer.Option(min=1, max=8, help="Stacks side by side.")] = 3,
    against: Annotated[
        str, typer.Option(help="`local` drills the stack that runs here, without compressing time.")
    ] = "",
    patience: Annotated[
        float, typer.Option(min=0, help="With --against: seconds that an alert may take to fire.")
    ] = 300.0,
    html: Annotated[
        Path | None, typer.Option(help="Write a page with a timeline for each alert.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="One of text, json, junit, github.", metavar="FORMAT")
    ] = "text",
) -> None:
    """Make every alert fire, reach its receiver and end. Exit 1 names what was missed."""
    from toolkit.discovery import load
    from toolkit.drill import html_report, text_report
    from toolkit.drill.events import Finished
    from toolkit.formats import github_annotations
    from toolkit.stack.signals import interruptible

    if form not in text_report.FORMATS:
        raise UsageError(f"unknown format {form!r}{did_you_mean(form, text_report.FORMATS)}")
    project = load()
    chosen = _chosen(project, alert or (), severity or ())
    began = time.time()
    outcome: Outcome | None = None
    with interruptible():
        for event in _events(project, chosen, against, patience, stacks):
            if isinstance(event, Finished):
                outcome = event.outcome
            else:
                _show(event, began)
    if outcome is None:
        raise StackError("the drill ended without an outcome.")
    if html is not None:
        html.write_text(html_report.page(outcome), encoding="utf-8")
    result(text_report.render(outcome, form))
    if form == "github":
        github_annotations.add_to_summary(text_report.markdown(outcome))
    if outcome.status is not ExitStatus.CLEAN:
        leave(outcome.status)


def _chosen(
    project: "Project",
    names: "tuple[str, ...] | list[str]",
    severities: "tuple[str, ...] | list[str]",
) -> "tuple[Alert, ...]":
    known = {alert.name for alert in project.alerts}
    for name in names:
        if name not in known:
            raise UsageError(f"unknown alert {name!r}{did_you_mean(name, known)}")
    kinds = {alert.severity.value for alert in project.alerts}
    for severity in severities:
        if severity not in kinds:
            raise UsageError(f"unknown severity {severity!r}{did_you_mean(severity, kinds)}")
    return tuple(
        alert
        for alert in project.alerts
        if (not names or alert.name in names)
        and (not severities or alert.severity.value in severities)
    )


def _events(
    project: "Project", chosen: "tuple[Alert, ...]", against: str, patience: float, stacks: int
) -> "Iterator[Event]":
    from toolkit.drill import parallel, plan
    from toolkit.drill import stacks as stage
    from toolkit.stack import local

    if not against:
        planned = plan.compressed(project, chosen, stacks)
        return parallel.run(project, planned, lambda lane, say: stage.own(project, lane, say))
    if against != "local":
        raise UsageError(f"--against {against!r}: only `local` can be drilled.")
    stack = local.running(project.config.state)
    if stack is None:
        raise StackError("no stack runs here.", fix="start one with `toolkit up --detach`.")
    lame = [s for s in local.status(stack.state) if s.health is not local.Health.READY]
    if lame:
        servers = ", ".join(f"{server.name} ({server.health.value})" for server in lame)
        raise StackError(
            f"only a part of the stack is ready, without {servers}.",
            fix="run `toolkit down` and `toolkit up --detach`; `toolkit logs` says what happened.",
        )
    planned = plan.against(project, chosen, patience)
    return parallel.run(project, planned, lambda _lane, _say: stage.running(project, stack))


def _show(event: "Event", began: float) -> None:
    """A line on stderr for what a person wants to follow."""
    from toolkit.drill.events import Applied, Judged, Said, State, Told, Turned
    from toolkit.drill.text_report import MARKS

    match event:
        case Said(stack, text):
            line = f"{stack}: {text}"
        case Applied(stack, cause, cleared):
            line = f"{stack}: {'cleared' if cleared else 'applied'}: {cause}"
        case Turned(stack, alert, state):
            line = (
                f"{stack}: {alert} {'has ended' if state is State.ENDED else f'is {state.value}'}"
            )
        case Told(stack, alert, receiver, resolved):
            line = f"{stack}: {receiver} was told: {alert}{' is resolved' if resolved else ''}"
        case Judged(stack, record):
            problems = "".join(f", {problem}" for problem in record.problems)
            line = (
                f"{stack}: {MARKS[record.verdict]} {record.alert} {record.verdict.value}{problems}"
            )
        case _:
            return
    progress(f"{time.time() - began:6.1f} s  {line}")
