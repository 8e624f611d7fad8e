"""All runs of one command from beginning to end: check, send, judge, compare, report."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.config.pyproject import Config
from toolkit.durations import seconds as in_seconds
from toolkit.errors import ToolkitError, UsageError
from toolkit.find_definitions import scenario
from toolkit.load import (
    compare,
    counter_reconciliation,
    dashboards_during_run,
    file_reports,
    history,
    html_report,
    locust_process,
    merge_request_csv,
    reachability,
    regression_limits,
    run_mix,
    service_metrics_during_run,
)
from toolkit.load.combined_results import joined, whole_load
from toolkit.load.definitions import AnswerCounter, LoadDefinitions
from toolkit.load.judge_thresholds import Judgeable, ThresholdVerdict, judge_all
from toolkit.load.load_plan import LoadPlan
from toolkit.load.load_target import LoadTarget
from toolkit.load.results import LoadOutcome, LoadResult, Problem
from toolkit.load.stages import stages
from toolkit.load.thresholds import parse
from toolkit.load.worker_processes import WorkerProcesses
from toolkit.prometheus.exposition import MeasuredService

if TYPE_CHECKING:
    from toolkit.preview.run import ChosenDashboard

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOptions:
    """How the plans are run, and what is made of their results.

    `reports` are files to write, by suffix; `compare_with` are earlier JSON reports, or folders
    of them, and `regressions` how much worse than those a figure may be; `history` is a folder
    that keeps the runs; `conserve` compares what was sent with the service's counters; `at_once`
    runs the plans together, and `thresholds` are for all of them.
    """

    conserve: bool = False
    workers: WorkerProcesses = field(default_factory=WorkerProcesses)
    reports: tuple[str, ...] = ()
    compare_with: tuple[str, ...] = ()
    regressions: tuple[str, ...] = ()
    history: str = ""
    at_once: bool = False
    requests_csv: str = ""
    panels: tuple[str, ...] = ()  # uids of dashboards to draw into an HTML report
    thresholds: tuple[str, ...] = ()


def run(
    config: Config,
    definitions: LoadDefinitions,
    to: LoadTarget,
    plans: tuple[LoadPlan, ...],
    options: RunOptions,
    *,
    progress: Progress,
) -> LoadOutcome:
    """Run every plan, in order; one that is interrupted is the last.

    Everything that can be wrong with the command line is found before anything is sent. What
    goes wrong later is one of the outcome's problems, and costs nothing else.
    """
    _check(config, definitions, plans, options)
    after = _prepared(config, definitions, plans, options)
    reachability.require_reachable(plans[0])
    outcome = _send(
        to,
        definitions.counters if options.conserve else (),
        lambda: _results(config, to, plans, options, progress),
    )
    if options.requests_csv:
        outcome = _with_request_lines(outcome, Path(options.requests_csv).absolute(), progress)
    outcome = after.compared(outcome, options)
    prometheus, scrape_seconds = to.server, in_seconds(config.scrape_interval)
    judge = functools.partial(
        judge_all,
        prometheus=prometheus,
        scrape_seconds=scrape_seconds,
        job=to.job,
        progress=progress,
    )
    outcome = _judged(outcome, judge, options.thresholds)
    if any(path.suffix == ".html" for path in after.writers):
        outcome = service_metrics_during_run.with_service_metrics(
            outcome, definitions, prometheus, scrape_seconds
        )
    if after.dashboards:
        outcome = dashboards_during_run.with_dashboards(
            outcome, after.dashboards, prometheus, scrape_seconds
        )
    if options.history:
        outcome = _kept(outcome, Path(options.history), progress)
    return _written(outcome, after.writers, progress)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prepared:
    """What is read and checked before anything is sent, for what is made of the results."""

    writers: Mapping[Path, file_reports.Writer]
    dashboards: "tuple[ChosenDashboard, ...]"
    earlier: tuple[LoadResult, ...]  # to compare with
    kept: tuple[LoadResult, ...]  # in the folder of the history
    limits: tuple[regression_limits.RegressionLimit, ...]

    def compared(self, outcome: LoadOutcome, options: RunOptions) -> LoadOutcome:
        """The outcome next to the earlier runs, where that was asked for."""
        if options.compare_with:
            compared = compare.compare(self.earlier, outcome.results, self.limits)
            outcome = replace(outcome, comparisons=compared)
        if options.history:
            trend = history.trend(self.kept, outcome.results)
            outcome = replace(outcome, trend=trend, history=self.kept)
        return outcome


def _prepared(
    config: Config, definitions: LoadDefinitions, plans: tuple[LoadPlan, ...], options: RunOptions
) -> _Prepared:
    """Raises ToolkitError for what could not be written or compared afterwards."""
    html = {".html": lambda outcome: html_report.as_html(outcome, definitions)}
    writers = file_reports.writers(options.reports, html)
    file_reports.require_writable(writers)
    scenarios = [plan.scenario for plan in plans]
    limits = tuple(map(regression_limits.parse, options.regressions))
    if options.requests_csv:
        merge_request_csv.prepare(Path(options.requests_csv).absolute())
    # The folder is there from now on: the first run of a job compares with none in it.
    kept = _history(options, scenarios)
    dashboards = dashboards_during_run.chosen(config, options.panels, options.reports)
    return _Prepared(
        writers=writers,
        dashboards=dashboards,
        earlier=_earlier(options, scenarios),
        kept=kept,
        limits=limits,
    )


def _judged(
    outcome: LoadOutcome,
    judge: Callable[[Judgeable], tuple[ThresholdVerdict, ...]],
    of_all: tuple[str, ...],
) -> LoadOutcome:
    """The outcome with a verdict for each threshold: of every run, and those `of_all` together."""
    return replace(
        outcome,
        verdicts=tuple(judge(result) for result in outcome.results),
        together=judge(whole_load(outcome.results, of_all)),
    )


def _with_request_lines(outcome: LoadOutcome, path: Path, progress: Progress) -> LoadOutcome:
    try:
        merge_request_csv.join(path, sum(result.requests for result in outcome.results))
    except ToolkitError as error:
        return replace(outcome, problems=(*outcome.problems, Problem.of(error)))
    progress(f"wrote {path}")
    return outcome


def _earlier(options: RunOptions, scenarios: list[str]) -> tuple[LoadResult, ...]:
    """The runs to compare with, the oldest first."""
    if options.regressions and not options.compare_with:
        raise UsageError(
            "--regression says how much worse than an earlier run a figure may be.",
            fix="name that run with --compare, a JSON report or a folder of --history.",
        )
    found: list[LoadResult] = []
    for text in options.compare_with:
        path = Path(text)
        if path.is_dir():
            # What failed is no measure; otherwise a regression would soon be what is usual.
            found += history.read(path, scenarios, failed=False)
        else:
            found += _of_scenarios(path, scenarios)
    return tuple(sorted(found, key=lambda result: result.started))


def _of_scenarios(path: Path, scenarios: list[str]) -> list[LoadResult]:
    """The runs of a report, one of which at least must be of these scenarios."""
    runs = file_reports.read(path)
    fitting = [run for run in runs if run.scenario in scenarios]
    if not fitting:
        there = ", ".join(sorted({run.scenario for run in runs})) or "nothing"
        raise UsageError(
            f"--compare {path}: has no run of {', '.join(scenarios)}, but of {there}.",
            fix="name a report of the same scenario.",
        )
    return fitting


def _history(options: RunOptions, scenarios: list[str]) -> tuple[LoadResult, ...]:
    if not options.history:
        return ()
    history.require_folder(Path(options.history))
    return history.read(Path(options.history), scenarios)


def _kept(outcome: LoadOutcome, folder: Path, progress: Progress) -> LoadOutcome:
    try:
        for path in history.keep(folder, outcome):
            progress(f"kept {path}")
    except ToolkitError as error:
        return replace(outcome, problems=(*outcome.problems, Problem.of(error)))
    return outcome


def _written(
    outcome: LoadOutcome, writers: Mapping[Path, file_reports.Writer], progress: Progress
) -> LoadOutcome:
    """Write every report that can be written; the others are problems."""
    problems = []
    for path, writer in writers.items():
        try:
            file_reports.write(path, writer(outcome))
        except ToolkitError as error:
            problems.append(Problem.of(error))
        else:
            progress(f"wrote {path}")
    return replace(outcome, problems=(*outcome.problems, *problems))


def _check(
    config: Config,
    definitions: LoadDefinitions,
    plans: tuple[LoadPlan, ...],
    options: RunOptions,
) -> None:
    """Raise UsageError for whatever can be found wrong before anything is sent."""
    for text in options.thresholds:
        parse(text)
    for plan in plans:
        scenario(config, plan.scenario)
        for text in plan.thresholds:
            parse(text)
        if plan.stages:
            stages(Path(plan.stages))
    if options.workers.master and options.requests_csv:
        raise UsageError(
            "--requests-csv with --master: the lines would be written where the workers are.",
            fix="send from this machine alone, with --processes.",
        )
    if options.workers.master and any(plan.tags or plan.exclude_tags for plan in plans):
        raise UsageError(
            "--tag and --exclude-tag with --master: workers elsewhere would send every task.",
            fix="send from this machine alone, with --processes.",
        )
    if options.conserve and not definitions.counters:
        raise UsageError(
            "--conserve: the project does not say what must have been counted.",
            fix="name counters in its load definitions: "
            "LoadDefinitions(counters=(AnswerCounter(…), …)).",
        )


Sent = tuple[tuple[LoadResult, ...], tuple[Problem, ...]]


def _send(
    to: LoadTarget, counters: tuple[AnswerCounter, ...], send: Callable[[], Sent]
) -> LoadOutcome:
    """What `send` gives, and the balances of the `counters`; nothing is judged yet."""
    service = MeasuredService(to.url, access=to.access, metrics=to.metrics)
    before = counter_reconciliation.read(counters, service.samples()) if counters else {}
    results, problems = send()
    balances = None
    if counters:
        try:
            after = counter_reconciliation.read(counters, service.samples())
            total = joined(results).total
            balances = counter_reconciliation.balance(counters, before, after, total)
            counter_reconciliation.require_covered(counters, total)
        except ToolkitError as error:
            problems = (*problems, Problem.of(error))
    return LoadOutcome(
        results=results,
        verdicts=tuple(() for _ in results),
        balances=balances,
        problems=problems,
    )


def _results(
    config: Config,
    to: LoadTarget,
    plans: tuple[LoadPlan, ...],
    options: RunOptions,
    progress: Progress,
) -> Sent:
    """The results of all plans, and the problems of those that have none.

    Raises the first plan's error where no plan has a result.
    """
    if options.at_once:
        return _at_once(config, to, plans, options.workers, progress)
    workers = options.workers
    results: list[LoadResult] = []
    errors: list[ToolkitError] = []
    for plan in plans:
        if workers.master:
            progress(workers.waiting())
        try:
            results.append(
                locust_process.run(config, plan, to.environment, progress, workers.locust_options())
            )
        except ToolkitError as error:
            errors.append(error)
        finally:
            if to.targets_file:
                # The load generator may have been killed before it could.
                Path(to.targets_file).unlink(missing_ok=True)
        if results and results[-1].interrupted:
            break
    if not results:
        raise errors[0]
    return tuple(results), tuple(map(Problem.of, errors))


def _at_once(
    config: Config,
    to: LoadTarget,
    plans: tuple[LoadPlan, ...],
    workers: WorkerProcesses,
    progress: Progress,
) -> Sent:
    """The same of plans that run together."""
    each = [workers.locust_options() for _ in plans]
    try:
        done, failed = run_mix.run_at_once(config, plans, to.environment, progress, each)
    finally:
        for plan in plans:
            if plan.targets_file:
                Path(plan.targets_file).unlink(missing_ok=True)
    if not done:
        raise failed[0] if failed else UsageError("the mix was ended before it began.")
    return done, tuple(map(Problem.of, failed))
