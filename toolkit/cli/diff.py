"""`toolkit diff`: what a change of the definitions means, in words."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, result
from toolkit.cli.options import Output, formats
from toolkit.cli.target_option import Target
from toolkit.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from toolkit.diff.change_type import Change
    from toolkit.diff.generated_files import GeneratedFiles
    from toolkit.project import Project


def diff(
    *,
    revision: Annotated[
        str,
        typer.Argument(
            help="What to compare with: a branch, a tag or a commit. [default: HEAD]",
            show_default=False,
        ),
    ] = "",
    live: Annotated[
        bool,
        typer.Option("--live", help="Compare with what the running servers hold: the drift."),
    ] = False,
    target: Target = "",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 where something changed.")
    ] = False,
    form: Annotated[str, formats("text", "json", "markdown")] = "text",
    output: Output = None,
) -> None:
    """Say what changed in alerts, routes and panels since a revision, or against live servers."""
    from toolkit import find_definitions
    from toolkit.diff import generated_files, report
    from toolkit.diff.compare import compare

    if live and revision:
        raise UsageError("a revision and --live are two things to compare with.", fix="drop one.")
    if target and not live:
        raise UsageError("--target is of --live.", fix="add --live.")
    project = find_definitions.load()
    after = generated_files.of_project(project)
    if live:
        changes, missing = _drift(project, after, target)
        result(report.render(changes, form, live=True, not_compared=missing), output)
    else:
        changes = compare(generated_files.of_revision(project, revision or "HEAD"), after)
        result(report.render(changes, form), output)
    if exit_code and changes:
        leave(ExitStatus.FINDINGS)


def _drift(
    project: "Project", after: "GeneratedFiles", target: str
) -> "tuple[tuple[Change, ...], tuple[str, ...]]":
    """What a deployment would change in the servers, and which parts there were none of."""
    from toolkit.cli.validate import stack_of, target_of
    from toolkit.diff import live_servers
    from toolkit.diff.compare import compare

    stack = target_of(project, target) if target else stack_of(project)
    before = live_servers.of_stack(stack)
    defined = live_servers.comparable(project, after, pages=stack.grafana is not None)
    missing = () if stack.grafana else ("dashboards (this environment has no Grafana)",)
    return compare(before, defined), missing
