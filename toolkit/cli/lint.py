"""`toolkit lint`: what is wrong in rules, dashboards and metric names, without a server."""

from typing import Annotated

import typer

from toolkit.cli.console import leave, result
from toolkit.errors import ExitStatus, UsageError, did_you_mean

FORMATS = ("text", "json", "github", "sarif", "junit")


def lint(
    *,
    rule: Annotated[
        list[str] | None, typer.Option("--rule", help="Run only this rule; may be repeated.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.", metavar="FORMAT")
    ] = "text",
) -> None:
    """Check every expression against what the catalogue declares. Exit 1 on findings."""
    from toolkit import linting, project, report
    from toolkit.findings import are_clean

    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}{did_you_mean(form, FORMATS)}")
    loaded = project.load()
    rules = linting.rules(loaded.config.lint)
    findings = linting.run(loaded, rules, tuple(rule or ()))
    result(report.render(findings, rules, report.Format(form)))
    if not are_clean(findings):
        leave(ExitStatus.FINDINGS)
