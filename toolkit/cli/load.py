"""`toolkit load`: Locust scenarios against the service, judged by what they expect."""

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli import completed_values
from toolkit.cli.console import complain, leave, progress, result
from toolkit.cli.load_options import (
    ReportOptions,
    ScenarioOptions,
    ServiceOptions,
    ThresholdOptions,
    WebPageOptions,
    WorkerOptions,
    WorkloadOptions,
)
from toolkit.cli.option_groups import with_option_groups
from toolkit.cli.target_option import target_hint, target_named
from toolkit.cli.typer_error_messages import INTERRUPTED
from toolkit.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from toolkit.config.pyproject import Config
    from toolkit.load.definitions import LoadDefinitions
    from toolkit.load.load_plan import LoadPlan
    from toolkit.load.load_target import Environment, LoadTarget
    from toolkit.load.results import LoadOutcome
    from toolkit.load.run import RunOptions
    from toolkit.load.worker_processes import WorkerProcesses


@with_option_groups
def load(
    scenario: Annotated[
        str,
        typer.Argument(
            help="A module of loadtests/, such as `normal`.",
            autocompletion=completed_values.scenarios,
        ),
    ] = "",
    *,
    service: ServiceOptions,
    workload: WorkloadOptions,
    scenarios: ScenarioOptions,
    thresholds: ThresholdOptions,
    worker: WorkerOptions,
    web_page: WebPageOptions,
    reports: ReportOptions,
) -> None:
    """Run scenarios and print what was counted.

    Exit 1 on an unexpected or missing answer, a missed threshold or a lost worker; 2 when the
    command line or the scenario is wrong, or a report cannot be written; 3 when a server does
    not answer. The figures are printed in any case.
    """
    from toolkit.config import pyproject as configuration
    from toolkit.load import definitions as load_definitions
    from toolkit.load import run
    from toolkit.load.worker_processes import run_worker
    from toolkit.optional_dependencies import require_load
    from toolkit.stack.process_signals import interruptible

    require_load("toolkit load")
    config = configuration.load(configuration.find_root(Path.cwd()))
    definitions = load_definitions.read(config)
    to = _target(config, definitions, service)
    workers = _workers(worker)
    with interruptible():
        if worker.worker:
            run_worker(config, scenario or definitions.normal, workers, to.environment, progress)
            return
        if web_page.web:
            _refuse_beside_the_page(scenarios, reports)
        base = _plan(scenario, to, service, workload, thresholds, reports=reports)
        base = replace(base, metrics_address=_metrics_address(worker, scenarios))
        plans = _plans(config, definitions, base, scenarios)
        if web_page.web:
            _serve_page(config, plans[0], to, workers, web_page.web_port)
            return
        options = _run_options(config, workers, reports, scenarios.mix, thresholds)
        outcome = run.run(config, definitions, to, plans, options, progress=progress)
    _show(outcome, definitions)


def _plans(
    config: "Config", definitions: "LoadDefinitions", base: "LoadPlan", scenarios: ScenarioOptions
) -> "tuple[LoadPlan, ...]":
    """The plan of each scenario that the options select, with what `base` says of all."""
    from toolkit import find_definitions
    from toolkit.load import scenario_selection

    if scenarios.mix:
        return scenario_selection.mixed(config.mixes, scenarios.mix, base)
    return scenario_selection.plans(
        definitions,
        base,
        known=tuple(find_definitions.scenarios(config)),
        load_test=scenarios.load_test,
        failures=scenarios.test_failures,
        rate_limit=scenarios.test_rate_limit,
    )


def _target(
    config: "Config", definitions: "LoadDefinitions", service: ServiceOptions
) -> "LoadTarget":
    from toolkit.load.load_target import load_target

    return load_target(
        config,
        definitions,
        url=service.url,
        secret=service.secret,
        environment=os.environ,
        service=service.service,
        elsewhere=_environment(config, service.target) if service.target else None,
    )


def _environment(config: "Config", name: str) -> "Environment":
    from toolkit import http_client
    from toolkit.load.load_target import Environment

    addresses = target_named(config, name)
    access = http_client.access_to(name, addresses)
    return Environment(name=name, addresses=addresses, access=access, hint=target_hint(name))


def _workers(options: WorkerOptions) -> "WorkerProcesses":
    from toolkit.load.worker_processes import WorkerProcesses

    return WorkerProcesses(
        processes=options.processes,
        master=options.master,
        expect=options.expect_workers,
        host=options.master_host,
        port=options.master_port,
    )


def _metrics_address(worker: WorkerOptions, scenarios: ScenarioOptions) -> str:
    from toolkit.load import option_values as values

    if worker.metrics_address and scenarios.mix:
        raise UsageError(
            "--metrics-address: the scenarios of a mix run at once, and one alone can have it.",
            fix="leave it out: in a running stack Prometheus finds them all.",
        )
    return values.address("--metrics-address", worker.metrics_address)


def _plan(
    scenario: str,
    to: "LoadTarget",
    service: ServiceOptions,
    workload: WorkloadOptions,
    thresholds: ThresholdOptions,
    *,
    reports: ReportOptions,
) -> "LoadPlan":
    from toolkit.load import option_values as values
    from toolkit.load.load_plan import LoadPlan
    from toolkit.load.workload import Loop

    return LoadPlan(
        scenario=scenario,
        url=to.url,
        credentials=to.credentials,
        loop=Loop.CLOSED if workload.concurrent else None,
        users=workload.concurrent or workload.users or 0,
        rate=values.rate(workload.rate),
        seconds=values.whole_seconds("--duration", workload.duration),
        requests=workload.webhooks or 0,
        shape=values.shape("--shape", workload.shape),
        stages=values.file("--stages", workload.stages),
        seed=workload.seed,
        tags=tuple(workload.tag or ()),
        exclude_tags=tuple(workload.exclude_tag or ()),
        timeout_seconds=values.seconds("--timeout", service.timeout),
        ca_file=values.file("--ca-file", service.ca_file),
        client_certificate=values.file("--client-cert", service.client_cert),
        client_key=values.file("--client-key", service.client_key),
        insecure=service.insecure,
        proxy=values.proxy(service.proxy),
        thresholds=thresholds.texts,
        abort=thresholds.abort_on_fail or bool(thresholds.abort_after),
        abort_after_seconds=values.seconds("--abort-after", thresholds.abort_after),
        warm_up_seconds=values.seconds("--warm-up", workload.warm_up),
        ramp_users_seconds=values.seconds("--ramp-users", workload.ramp_users),
        targets_file=to.targets_file,
        requests_file=reports.requests_csv and str(Path(reports.requests_csv).absolute()),
    )


def _serve_page(
    config: "Config", plan: "LoadPlan", to: "LoadTarget", workers: "WorkerProcesses", port: int
) -> None:
    """Show Locust's own page at the port until Ctrl-C; runs are started there."""
    from toolkit.load import locust_process

    locust_options = workers.locust_options()
    locust_process.serve(config, plan, to.environment, progress, locust_options, port=port)


def _refuse_beside_the_page(scenarios: ScenarioOptions, reports: ReportOptions) -> None:
    """Raise UsageError for what has no effect with --web: the page starts and shows runs itself."""
    from toolkit.errors import UsageError

    without_effect = {
        "--mix": scenarios.mix,
        "--load-test": scenarios.load_test,
        "--test-failures": scenarios.test_failures,
        "--test-rate-limit": scenarios.test_rate_limit,
        "--report": reports.report,
        "--compare": reports.compare,
        "--regression": reports.regression,
        "--history": reports.history,
        "--requests-csv": reports.requests_csv,
        "--panels": reports.panels,
        "--conserve": reports.conserve,
    }
    names = ", ".join(name for name, value in without_effect.items() if value)
    if names:
        raise UsageError(
            f"{names}: without effect with --web.",
            fix="choose scenario or mix in the page's form; it gives each run's report.",
        )


def _run_options(
    config: "Config",
    workers: "WorkerProcesses",
    reports: ReportOptions,
    mix: str,
    thresholds: ThresholdOptions,
) -> "RunOptions":
    from toolkit.load import scenario_selection
    from toolkit.load.run import RunOptions

    of_all: tuple[str, ...] = ()
    if mix:  # its scenarios run together, and some thresholds are for all of them
        _, of_all = scenario_selection.divided_thresholds(config.mixes[mix], thresholds.texts)
    return RunOptions(
        at_once=bool(mix),
        thresholds=of_all,
        conserve=reports.conserve,
        workers=workers,
        reports=tuple(reports.report or ()),
        compare_with=tuple(reports.compare or ()),
        regressions=tuple(reports.regression or ()),
        history=reports.history,
        requests_csv=reports.requests_csv,
        panels=tuple(reports.panels or ()),
    )


def _show(outcome: "LoadOutcome", definitions: "LoadDefinitions") -> None:
    from toolkit.load import text_report

    result(text_report.render(outcome, definitions))
    for problem in outcome.problems:
        complain(problem.message)
    if outcome.interrupted:
        raise typer.Exit(INTERRUPTED)
    if outcome.status is not ExitStatus.CLEAN:
        leave(outcome.status)
