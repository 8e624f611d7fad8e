"""`toolkit test`: do the rules do what their proofs say, and do alerts reach their receivers."""

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.cli.options import Output, formats
from toolkit.errors import ExitStatus, UsageError
from toolkit.rule_tests.user_files.find_files import find

if TYPE_CHECKING:
    from toolkit.rule_tests.report import RuleTestResult

FORMATS = ("text", "json", "junit")

# What is over sooner needs no word; what takes longer says how far it is, not too often.
_SAID_EVERY_SECONDS = 2.0


_FOR_FILES = "--coverage and --write-cases are for rule files."

Files = list[Path] | None


def run_tests(
    *,
    rules: Annotated[
        Files,
        typer.Option("--rules", metavar="FILE", help="Rule files of any origin; may be repeated."),
    ] = None,
    tests: Annotated[
        Files,
        typer.Option("--tests", metavar="FILE", help="promtool test files; may be repeated."),
    ] = None,
    mutate: Annotated[
        bool,
        typer.Option("--mutate", help="Change every rule, one thing at a time: does a test see?"),
    ] = False,
    min_score: Annotated[
        float, typer.Option(help="With --mutate: fail under this percentage of mutants noticed.")
    ] = 95.0,
    coverage: Annotated[
        bool,
        typer.Option("--coverage", help="With --tests: which rules does no test make fire?"),
    ] = False,
    min_coverage: Annotated[
        float, typer.Option(help="With --coverage: fail under this percentage of rules covered.")
    ] = 100.0,
    write_cases: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="With --rules: write boundary cases for promtool."),
    ] = None,
    form: Annotated[str, formats(*FORMATS)] = "text",
    output: Output = None,
) -> None:
    """Run the rules' unit tests and the routing tests. Exit 1 when one fails."""
    if rules or tests:
        asked = Asked(
            rules=find("--rules", rules or []),
            tests=find("--tests", tests or []),
            min_coverage=min_coverage if coverage else None,
            min_score=min_score if mutate else None,
            write_cases=write_cases,
        )
        found, summary, failed = _written(asked)
    elif coverage or write_cases:
        raise UsageError(_FOR_FILES, fix="name them with --rules and --tests.")
    else:
        found, summary, failed = _defined(min_score if mutate else None)
    from toolkit.rule_tests import report

    result(report.render(found, report.ReportFormat(form), summary), output)
    if failed:
        leave(ExitStatus.FINDINGS)


Answer = tuple[tuple["RuleTestResult", ...], tuple[str, ...], bool]
"""Every case, the lines below them, and whether the command fails."""


def _defined(min_score: float | None) -> Answer:
    """The tests of the project's definitions; mutants of them where there is a `min_score`."""
    from toolkit import find_definitions
    from toolkit.rule_tests import mutation_score, run

    loaded = find_definitions.load()
    workers = os.cpu_count() or 1
    if min_score is None:
        progress("testing rules and routes…")
        found = run.run(loaded, workers, progress_lines())
        summary = (f"coverage: {run.coverage(loaded).sentence}",)
        return found, summary, any(test.problem for test in found)
    progress("running the tests on mutants; this takes a minute…")
    score = mutation_score.run(loaded, workers, on_progress=progress_lines())
    needless = any(mutant.needlessly_waived for mutant in score.results)
    failed = needless or score.share * 100 < min_score
    return mutation_score.rule_test_results(score), (score.sentence,), failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked about files that the user wrote; None for what is not asked."""

    rules: tuple[Path, ...]
    tests: tuple[Path, ...]
    min_coverage: float | None
    min_score: float | None
    write_cases: Path | None


def _written(asked: Asked) -> Answer:
    """The tests of rule files of any origin, and what else is asked about them."""
    from toolkit.rule_tests.user_files import (
        mutation_score,
        rule_coverage,
        run_tests,
        write_boundary_tests,
    )

    if not asked.tests and asked.write_cases is None:
        raise UsageError(
            "--rules without tests: there is nothing to run.",
            fix="name test files with --tests, or a folder with --write-cases.",
        )
    workers = os.cpu_count() or 1
    run = run_tests.run(asked.rules, asked.tests, workers, progress_lines(what="test files"))
    if not run.results and asked.write_cases is None:
        raise UsageError(
            f"{', '.join(map(str, asked.tests))}: no test, so that nothing would be tested.",
            fix="write tests below `tests:`, or let --write-cases FOLDER write them.",
        )
    results, summary = list(run.results), []
    failed = any(test.problem for test in results)
    if asked.min_coverage is not None:
        coverage = rule_coverage.measure(run, workers, progress_lines(what="changed rules"))
        results += coverage.results()
        summary.append(coverage.sentence)
        failed = failed or coverage.share * 100 < asked.min_coverage
    if asked.min_score is not None:
        score = mutation_score.measure(run, workers, progress_lines(what="mutants"))
        results += score.results()
        summary.append(score.sentence)
        failed = failed or score.share * 100 < asked.min_score
    if asked.write_cases is not None:
        made = write_boundary_tests.make(run.rules.files, workers, progress_lines(what="alerts"))
        paths = write_boundary_tests.write(made, run.rules.files, asked.write_cases)
        summary += write_boundary_tests.sentences(made, paths)
    return tuple(results), tuple(summary), failed


def progress_lines(
    clock: Callable[[], float] = time.monotonic, what: str = "rules"
) -> Callable[[int, int], None]:
    """What writes `12 of 46 rules…` to stderr, every two seconds by `clock` at most."""
    said = clock()

    def say(done: int, total: int) -> None:
        nonlocal said
        if done < total and clock() - said >= _SAID_EVERY_SECONDS:
            said = clock()
            progress(f"{done} of {total} {what}…")

    return say
