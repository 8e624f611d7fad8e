"""`toolkit test`: do the rules do what their proofs say, and do alerts reach their receivers."""

import os
import time
from collections.abc import Callable
from typing import Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.cli.options import Output, formats
from toolkit.errors import ExitStatus

FORMATS = ("text", "json", "junit")

# What is over sooner needs no word; what takes longer says how far it is, not too often.
_SAID_EVERY_SECONDS = 2.0


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
        score = mutation.run(loaded, workers, on_progress=progress_lines())
        found = mutation.rule_test_results(score)
        summary = (score.sentence,)
        needless = any(mutant.needlessly_waived for mutant in score.results)
        failed = needless or score.share * 100 < min_score
    else:
        progress("testing rules and routes…")
        found = run.run(loaded, workers, progress_lines())
        summary = (f"coverage: {run.coverage(loaded).sentence}",)
        failed = any(test.problem for test in found)
    result(report.render(found, report.ReportFormat(form), summary), output)
    if failed:
        leave(ExitStatus.FINDINGS)


def progress_lines(clock: Callable[[], float] = time.monotonic) -> Callable[[int, int], None]:
    """What writes `12 of 46 rules…` to stderr, every two seconds by `clock` at most."""
    said = clock()

    def say(done: int, total: int) -> None:
        nonlocal said
        if done < total and clock() - said >= _SAID_EVERY_SECONDS:
            said = clock()
            progress(f"{done} of {total} rules…")

    return say
