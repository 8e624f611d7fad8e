"""The whole loop once: build, start the stack, send traffic, wait until it is seen, validate.

The figures must agree: what Locust sent is what the service counted and Prometheus scraped.
"""

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from toolkit import find_definitions
from toolkit.alertmanager.client import Alertmanager
from toolkit.durations import seconds as in_seconds
from toolkit.errors import ConfigurationError, ExitStatus, StackError, UsageError, worst
from toolkit.generate import write
from toolkit.load import locust_process
from toolkit.load.load_plan import LoadPlan
from toolkit.load.results import LoadResult
from toolkit.project import Project
from toolkit.prometheus.client import Prometheus
from toolkit.stack import server_config_files, start_and_stop
from toolkit.stack.state import RunningStack
from toolkit.validate import report
from toolkit.validate import run_checks as validation
from toolkit.validate.check import CheckedStack, CheckResult
from toolkit.validate.measured_services import measured

POLL_SECONDS = 0.2
# A scrape that timed out has a time, too, but brought nothing.
ANSWERED = "timestamp(up) and up == 1"
# The slowest group of rules is evaluated once a minute, and the last scrape may just have been.
EVALUATED_SECONDS = 75.0
# All checks begin at once, next to the stack: on a busy machine one waits for the others.
CHECK_SECONDS = 240.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoOutcome:
    """What the demo saw.

    `counted` is the increase of the service's counter of requests; None where it has none.
    """

    load: LoadResult
    counted: float | None
    results: tuple[CheckResult, ...]

    @property
    def agrees(self) -> bool:
        """Whether as many requests were counted as were sent, where anything counts them."""
        return self.counted in {None, self.load.requests}

    @property
    def status(self) -> ExitStatus:
        """FINDINGS for an unexpected answer or figures that differ; the checks have theirs."""
        wrong = self.load.failures or not self.agrees
        traffic = ExitStatus.FINDINGS if wrong else ExitStatus.CLEAN
        return worst((traffic, validation.verdict(self.results)))


def start(project: Project, progress: Callable[[str], None]) -> RunningStack:
    """Bring the generated files up to date and start the stack; the caller ends it.

    Raises ConfigurationError where the project's demo is not a scenario.
    """
    try:  # before anything is started
        find_definitions.scenario(project.config, project.config.demo)
    except UsageError as error:
        raise ConfigurationError(f"[tool.toolkit] demo: {error.message}", fix=error.fix) from None
    written = write.write(project.config.root, write.render(project))
    progress(f"build: {len(written)} generated files were out of date")
    return start_and_stop.up(
        project.config,
        server_config_files.generated(project),
        state=project.config.state,
        progress=progress,
    )


def run(
    project: Project,
    stack: RunningStack,
    *,
    seconds: int,
    users: int,
    progress: Callable[[str], None],
) -> DemoOutcome:
    """Load the stack, wait until Prometheus has seen it all, and run every check."""
    checked = CheckedStack(
        project=project,
        services=measured(project.config, stack.addresses.services),
        prometheus=Prometheus(stack.addresses.prometheus),
        alertmanager=Alertmanager(stack.addresses.alertmanager),
    )
    progress("waiting for the first scrape")
    await_scrape(project, checked.prometheus)
    before = counted_by(project, checked.prometheus)
    plan = LoadPlan(
        scenario=project.config.demo,
        url=stack.addresses.of_service(project.config.primary),
        users=users,
        seconds=seconds,
    )
    load = locust_process.run(project.config, plan, {**os.environ, **stack.environment}, progress)
    progress("waiting until Prometheus has scraped the last request")
    await_scrape(project, checked.prometheus)
    grown = counted_by(project, checked.prometheus) - before
    progress("validating, once every rule has been evaluated")
    known = validation.checks(project.config.validators)
    results = validation.run_patiently(checked, known, EVALUATED_SECONDS, CHECK_SECONDS)
    return DemoOutcome(load=load, counted=grown if project.requests else None, results=results)


def summary(project: Project, outcome: DemoOutcome) -> str:
    """The checks, how the figures compare, and what to do next. Ends with the checks' count."""
    return "\n".join(
        [
            f"sent by Locust:              {outcome.load.requests}",
            *_counted(project, outcome),
            "",
            report.render(outcome.results, "text").rstrip("\n"),
        ]
    )


def _counted(project: Project, outcome: DemoOutcome) -> Iterator[str]:
    if project.requests is None or outcome.counted is None:
        yield "not compared with what was counted: no `requests` in pyproject.toml names a counter"
        return
    yield f"counted, seen by Prometheus: {outcome.counted:g} ({project.requests.name})"
    yield "the figures agree" if outcome.agrees else "the figures DIFFER"


def counted_by(project: Project, prometheus: Prometheus) -> float:
    """All requests that the service has counted, as of the last scrape."""
    if project.requests is None:
        return 0.0
    current = _scraped_now(prometheus)
    counted = prometheus.query(project.requests.name)
    return sum(x.value for x in counted if (x.labels["job"], x.labels["instance"]) in current)


def _scraped_now(prometheus: Prometheus) -> set[tuple[str, str]]:
    """Job and instance of each target. Series of an earlier stack are there for minutes more."""
    return {(target.job, target.instance) for target in prometheus.targets()}


def await_scrape(project: Project, prometheus: Prometheus) -> None:
    """Return when every target has answered a scrape that began after this moment."""
    jobs = set(project.config.constant_jobs)
    called = time.time()
    deadline = time.monotonic() + 4 * in_seconds(project.config.scrape_interval) + 30
    while time.monotonic() < deadline:
        current = {each for each in _scraped_now(prometheus) if each[0] in jobs}
        scraped = {
            (x.labels["job"], x.labels["instance"])
            for x in prometheus.query(ANSWERED)
            if x.value > called
        }
        if {job for job, _ in current} == jobs and current <= scraped:
            return
        time.sleep(POLL_SECONDS)
    raise StackError(
        f"{prometheus.url}: not every target answered a scrape in time.",
        fix="read `toolkit logs prometheus`; `toolkit validate` says which target is down.",
    )
