"""One command's runs from beginning to end: send, judge, balance the books."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.config import Config
from toolkit.discovery import scenario
from toolkit.durations import seconds as in_seconds
from toolkit.errors import ExitStatus, UsageError
from toolkit.load import (
    compare,
    conservation,
    file_reports,
    html_report,
    judge,
    service_metrics,
    text_report,
)
from toolkit.load import locust_process as loads
from toolkit.load.conservation import Balance
from toolkit.load.definitions import LoadBook
from toolkit.load.file_reports import Reported
from toolkit.load.locust_process import Plan
from toolkit.load.results import LoadResult, joined
from toolkit.load.thresholds import Verdict, parse
from toolkit.load.worker_processes import Fleet
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.exposition import MeasuredService
from toolkit.prometheus.server_config import LOAD_TARGETS
from toolkit.stack import local


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is loaded, and what is known about it. `targets` is empty without a stack."""

    url: str
    prometheus: str
    environment: Mapping[str, str]
    targets: str = ""


def target(
    config: Config, book: LoadBook, *, url: str, secret: str, environment: Mapping[str, str]
) -> Target:
    """The service at `url`, else that of the running stack, else the configured one.

    Raises UsageError for a secret that the project has no variable for.
    """
    if secret and not book.secret:
        raise UsageError(
            "--secret: the project does not say where its scenarios take a secret from.",
            fix='name the variable in its book: LoadBook(secret="…").',
        )
    given = {book.secret: secret} if secret else {}
    stack = local.running(config.state)
    if stack is None:
        address = url or config.stack.service
        return Target(
            url=address, prometheus=config.stack.prometheus, environment={**environment, **given}
        )
    return Target(
        url=url or stack.addresses.service,
        prometheus=stack.addresses.prometheus,
        environment={**environment, **stack.environment, **given},
        # Several loads may run at once; Prometheus reads a file of each.
        targets=str(config.state / LOAD_TARGETS.replace("*", f"load-{os.getpid()}")),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of every run, in order. `balances` is None where nobody asked."""

    results: tuple[LoadResult, ...]
    verdicts: tuple[tuple[Verdict, ...], ...]
    balances: tuple[Balance, ...] | None = None
    comparison: str = ""

    @property
    def interrupted(self) -> bool:
        """Whether somebody ended it early."""
        return any(result.interrupted for result in self.results)

    @property
    def status(self) -> ExitStatus:
        """FINDINGS for an unexpected answer, a missed threshold, a lost worker, a difference."""
        wrong = (
            any(result.failures or result.lost or result.aborted for result in self.results)
            or not all(judge.kept for judged in self.verdicts for judge in judged)
            or not all(balance.holds for balance in self.balances or ())
        )
        return ExitStatus.FINDINGS if wrong else ExitStatus.CLEAN

    def text(self, book: LoadBook) -> str:
        """Every run's figures and verdicts; of several, then all together."""
        parts = []
        several = len(self.results) > 1
        for result, judged in zip(self.results, self.verdicts, strict=True):
            part = text_report.block(result, book)
            if judged:
                part += f"\n{text_report.verdicts(judged)}"
            parts.append(f"{result.scenario}\n{part}" if several else part)
        if several:
            whole = joined(self.results)
            parts.append(f"all together\n{text_report.block(whole, book)}")
        if self.balances is not None:
            parts.append(conservation.render(self.balances, joined(self.results).total))
        if self.comparison:
            parts.append(self.comparison)
        return "\n\n".join(parts)


def run(
    config: Config,
    book: LoadBook,
    to: Target,
    plans: tuple[Plan, ...],
    *,
    conserve: bool = False,
    progress: Callable[[str], None],
    fleet: Fleet | None = None,
    files: tuple[str, ...] = (),
    previous: str = "",
) -> Outcome:
    """Run every plan, in order; one that is interrupted is the last.

    Everything that can be wrong with the command line is found before anything is sent.
    `files` are reports to write, by suffix; `previous` is one to compare with.
    """
    _check(config, book, plans, conserve=conserve)
    writers = file_reports.writers(files, {".html": lambda told: html_report.as_html(told, book)})
    earlier = file_reports.read(Path(previous)) if previous else ()
    loads.reach(to.url)
    service = MeasuredService(to.url)
    before = conservation.read(book.counted, service.samples()) if conserve else {}
    results = _all(config, plans, to, progress, fleet or Fleet())
    balances = None
    if conserve:
        after = conservation.read(book.counted, service.samples())
        balances = conservation.balance(book.counted, before, after, joined(results).total)
    told = Reported(
        results=results,
        verdicts=tuple(() for _ in results),
        balances=balances,
        comparison=compare.render(earlier, results) if previous else "",
    )
    prometheus, scrape_seconds = Prometheus(to.prometheus), in_seconds(config.scrape_interval)
    try:
        verdicts = tuple(
            judge.judged(
                result,
                prometheus,
                scrape_seconds=scrape_seconds,
                job=config.job,
                progress=progress,
            )
            for result in results
        )
        told = replace(told, verdicts=verdicts)
    finally:
        # What was measured is kept, even when nothing is known of what Prometheus says.
        if any(path.suffix == ".html" for path in writers):
            told = service_metrics.beside(told, book, prometheus, scrape_seconds)
        for path, writer in writers.items():
            file_reports.write(path, writer(told))
            progress(f"wrote {path}")
    return Outcome(
        results=results, verdicts=verdicts, balances=balances, comparison=told.comparison
    )


def _check(config: Config, book: LoadBook, plans: tuple[Plan, ...], *, conserve: bool) -> None:
    """Raise UsageError for whatever can be told to be wrong before anything is sent."""
    for plan in plans:
        scenario(config, plan.scenario)
        for text in plan.thresholds:
            parse(text)
    if conserve and not book.counted:
        raise UsageError(
            "--conserve: the project does not say what must have been counted.",
            fix="name counters in its book: LoadBook(counted=(Counted(…), …)).",
        )


def _all(
    config: Config,
    plans: tuple[Plan, ...],
    to: Target,
    progress: Callable[[str], None],
    fleet: Fleet,
) -> tuple[LoadResult, ...]:
    results: list[LoadResult] = []
    for plan in plans:
        try:
            results.append(loads.run(config, plan, to.environment, progress, fleet.words()))
        finally:
            if to.targets:
                Path(to.targets).unlink(missing_ok=True)  # the generator may have been killed
        if results[-1].interrupted:
            break
    return tuple(results)
