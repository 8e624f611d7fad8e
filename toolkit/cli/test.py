"""`toolkit test`: do the rules do what their proofs say, and do alerts reach their receivers."""

import os
from typing import Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.cli.options import Output, formats
from toolkit.errors import ExitStatus

FORMATS = ("text", "json", "junit")


def run_tests(
    *,
    mutate: Annotated[
        bool,
        typer.Option("--mutate", help="Change every rule, one thing at a time: does a test see?"),
    ] = False,
    min_score: Annotated[
        float, typer.Option(help="With --mutate: fail under this percentage of mutants noticed.")
    ] = 95.0,
    form: Annotated[str, formats(*FORMATS)] = "text",
    output: Output = None,
) -> None:
    """Run the rules' unit tests and the routing tests. Exit 1 when one fails."""
    from toolkit import discovery
    from toolkit.rule_tests import mutation, report, run

    loaded = discovery.load()
    workers = os.cpu_count() or 1
    if mutate:
        progress("running the tests on mutants; this takes a minute…")
        score = mutation.run(loaded, workers)
        found = mutation.outcomes(score)
        summary = (score.sentence,)
        needless = any(verdict.needlessly_waived for verdict in score.verdicts)
        failed = needless or score.share * 100 < min_score
    else:
        progress("testing rules and routes…")
        found = run.run(loaded, workers)
        summary = (f"coverage: {run.coverage(loaded).sentence}",)
        failed = any(outcome.problem for outcome in found)
    result(report.render(found, report.Form(form), summary), output)
    if failed:
        leave(ExitStatus.FINDINGS)
