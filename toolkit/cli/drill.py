"""`toolkit drill`: every alert is made to fire for real, and followed to its receiver."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.cli.options import Output, formats, writable
from toolkit.errors import ConfigurationError, DefinitionError, ExitStatus, StackError, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

if TYPE_CHECKING:
    from toolkit.alerts import Alert
    from toolkit.drill.events import DrillEvent, StackEvent
    from toolkit.drill.results import DrillResult
    from toolkit.project import Project
    from toolkit.stack.state import RunningStack


FORMATS = ("text", "json", "junit", "github")


def drill(
    *,
    alert: Annotated[
        list[str] | None, typer.Option("--alert", help="Drill only this alert; may be repeated.")
    ] = None,
    severity: Annotated[
        list[str] | None,
        typer.Option("--severity", help="Drill only alerts of this severity; may be repeated."),
    ] = None,
    stacks: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=8,
            help="Stacks side by side, 3 if left out; at most one more than the cores.",
        ),
    ] = None,
    against: Annotated[
        str, typer.Option(help="`local` drills the stack that runs here, without compressing time.")
    ] = "",
    patience: Annotated[
        float, typer.Option(min=0, help="With --against: seconds that an alert may take to fire.")
    ] = 300.0,
    html: Annotated[
        Path | None,
        typer.Option(
            help="Write a page with a timeline for each alert.", callback=writable("--html")
        ),
    ] = None,
    form: Annotated[str, formats(*FORMATS)] = "text",
    output: Output = None,
) -> None:
    """Make every alert fire, reach its receiver and resolve. Exit 1 names what was missed."""
    from toolkit.drill import file_reports, html_report, text_report
    from toolkit.find_definitions import load
    from toolkit.formats import github_annotations

    project = load()
    chosen = _chosen(project, alert or (), severity or ())
    _refuse_what_cannot_run(project, chosen)
    found = _run(_events(project, chosen, against, patience, stacks))
    if html is not None:
        html.write_text(html_report.page(found), encoding="utf-8")
    writer = text_report.as_text if form == "text" else file_reports.WRITERS[form]
    result(writer(found), output)
    if form == "github":
        github_annotations.add_to_summary(file_reports.as_markdown(found))
    if found.status is not ExitStatus.CLEAN:
        leave(found.status)


def _refuse_what_cannot_run(project: "Project", chosen: "tuple[Alert, ...]") -> None:
    """Raise before anything starts what would otherwise be raised once it runs."""
    from toolkit.drill.apply_causes import unknown_process
    from toolkit.drill_causes import Load, Stop
    from toolkit.find_definitions import scenario
    from toolkit.optional_dependencies import require_load

    drill = project.config.drill
    if drill.background or any(isinstance(x.fired_by, Load) for x in chosen):
        require_load("toolkit drill")
    if drill.background:
        try:
            scenario(project.config, drill.background)
        except UsageError as error:
            raise ConfigurationError(
                f"[tool.toolkit.drill] background: {error.message}", fix=error.fix
            ) from None
    for alert in chosen:
        message = ""
        if isinstance(alert.fired_by, Load):
            try:
                scenario(project.config, alert.fired_by.scenario)
            except UsageError as error:
                message = error.message
        elif isinstance(alert.fired_by, Stop):
            message = unknown_process(project.config, alert.fired_by)
        if message:
            where = alert.defined.argument("fired_by").relative_to(project.config.root)
            raise DefinitionError(f"{where}: {alert.name}.fired_by: {message}")


def _run(events: "Iterator[DrillEvent]") -> "DrillResult":
    """The drill to its end, with a line on stderr for each event."""
    from toolkit.drill.events import DrillFinished
    from toolkit.stack.process_signals import interruptible

    began = time.time()
    found: DrillResult | None = None
    with interruptible():
        for event in events:
            if isinstance(event, DrillFinished):
                found = event.result
            else:
                progress(f"{time.time() - began:6.1f} s  {_line(event)}")
    if found is None:
        raise StackError("the drill ended without a result.")
    return found


def _chosen(
    project: "Project",
    names: "tuple[str, ...] | list[str]",
    severities: "tuple[str, ...] | list[str]",
) -> "tuple[Alert, ...]":
    known = {alert.name for alert in project.alerts}
    for name in names:
        if name not in known:
            raise UsageError(unknown_name("alert", name, known))
    kinds = {alert.severity.value for alert in project.alerts}
    for severity in severities:
        if severity not in kinds:
            raise UsageError(unknown_name("severity", severity, kinds))
    chosen = tuple(
        alert
        for alert in project.alerts
        if (not names or alert.name in names)
        and (not severities or alert.severity.value in severities)
    )
    if not project.alerts:
        raise UsageError(
            "the project declares no alert, so that a drill would prove nothing.",
            fix="declare one: see docs/your-own-service.md.",
        )
    if not chosen:
        raise UsageError(
            f"no alert is both named by --alert ({', '.join(names)}) and of --severity "
            f"{' or '.join(severities)}.",
            fix="leave one of them out.",
        )
    return chosen


def _events(
    project: "Project",
    chosen: "tuple[Alert, ...]",
    against: str,
    patience: float,
    stacks: int | None,
) -> "Iterator[DrillEvent]":
    from toolkit.drill import plan, run_plan
    from toolkit.drill.own_or_running_stack import own_stack, running_stack

    if not against:
        planned = plan.on_own_stacks(project, chosen, _bounded(stacks))
        return run_plan.run(project, planned, lambda each, say: own_stack(project, each, say))
    if against != "local":
        raise UsageError(f"--against {against!r}: only `local` can be drilled.")
    stack = _running(project)
    planned = plan.on_running_stack(project, chosen, patience)
    return run_plan.run(project, planned, lambda _each, _say: running_stack(project, stack))


def _bounded(stacks: int | None) -> int:
    """As many stacks as the cores hold; says so where that is less than was asked for."""
    from toolkit.drill.plan import STACKS, most_stacks
    from toolkit.load.worker_processes import cores

    most = most_stacks(cores())
    if stacks is not None and stacks > most:
        progress(f"cores: {cores()}, so that {most} stacks run side by side, not {stacks}")
    return min(stacks or STACKS, most)


def _running(project: "Project") -> "RunningStack":
    """The stack that runs here. Raises StackError where there is none, or only a part."""
    from toolkit.stack import start_and_stop

    stack = start_and_stop.running(project.config.state)
    if stack is None:
        raise StackError("no stack runs here.", fix="start one with `toolkit up --detach`.")
    absent = [
        s for s in start_and_stop.status(stack.state) if s.health is not start_and_stop.Health.READY
    ]
    if absent:
        servers = ", ".join(f"{server.name} ({server.health.value})" for server in absent)
        raise StackError(
            f"only a part of the stack is ready, without {servers}.",
            fix="run `toolkit down` and `toolkit up --detach`; `toolkit logs` says what happened.",
        )
    return stack


def _line(event: "StackEvent") -> str:
    """What a person who follows the drill wants to read of an event."""
    from toolkit.drill import events
    from toolkit.drill.text_report import MARKS

    match event:
        case events.StackProgressed():
            text = event.text
        case events.CauseApplied():
            text = f"applied: {event.cause}"
        case events.CauseCleared():
            text = f"cleared: {event.cause}"
        case events.AlertStateChanged():
            text = f"{event.alert} is {event.state.value}"
        case events.NotificationReceived():
            what = "has resolved" if event.resolved else "fires"
            text = f"{event.receiver} was notified: {event.alert} {what}"
        case events.AlertJudged():
            record = event.record
            text = f"{MARKS[record.verdict]} {record.alert} {record.verdict.value}"
            text += "".join(f", {problem}" for problem in record.problems)
    return f"{event.stack}: {text}"
