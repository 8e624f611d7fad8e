"""`toolkit diff`: what a change of the definitions means, in words."""

from typing import Annotated

import typer

from toolkit.cli.console import leave, result
from toolkit.cli.options import Output, formats
from toolkit.errors import ExitStatus


def diff(
    *,
    revision: Annotated[
        str, typer.Argument(help="What to compare with: a branch, a tag or a commit.")
    ] = "HEAD",
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 1 where something changed.")
    ] = False,
    form: Annotated[str, formats("text", "json", "markdown")] = "text",
    output: Output = None,
) -> None:
    """Say what changed in alerts, routes and panels since a revision's generated files."""
    from toolkit import discovery
    from toolkit.diff import generated_files, report
    from toolkit.diff.compare import compare

    project = discovery.load()
    before = generated_files.of_revision(project, revision)
    changes = compare(before, generated_files.of_project(project))
    result(report.render(changes, form), output)
    if exit_code and changes:
        leave(ExitStatus.FINDINGS)
