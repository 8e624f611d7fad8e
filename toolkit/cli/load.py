"""`toolkit load`: Locust scenarios against the service, judged by what they expect."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus

INTERRUPTED = 130  # as a shell says it: 128 and the number of SIGINT


def load(
    scenario: Annotated[str, typer.Argument(help="A module of loadtests/, such as `normal`.")] = "",
    *,
    url: Annotated[
        str, typer.Option(help="The service; left out, that of the running stack.")
    ] = "",
    secret: Annotated[
        str, typer.Option(help="To sign with; left out, the running stack's or the environment's.")
    ] = "",
    rate: Annotated[
        float | None, typer.Option(min=0.1, help="Requests a second, sent by the clock.")
    ] = None,
    concurrent: Annotated[
        int | None,
        typer.Option(min=1, help="Closed loop: users that wait for each answer."),
    ] = None,
    users: Annotated[
        int | None, typer.Option(min=1, help="Open loop: requests under way at once, at the most.")
    ] = None,
    duration: Annotated[int | None, typer.Option(min=1, help="Seconds to send.")] = None,
    webhooks: Annotated[
        int | None,
        typer.Option("--webhooks", "--requests", "--iterations", "-i", min=1, help="Send so many."),
    ] = None,
    shape: Annotated[str, typer.Option(help="How the rate changes: constant, ramp or spike.")] = "",
    stages: Annotated[str, typer.Option(help="File of stages: duration and target rate.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed sends the same payloads.")] = 1,
    load_test: Annotated[bool, typer.Option("--load-test", help="A sustained load.")] = False,
    test_failures: Annotated[
        bool, typer.Option("--test-failures", help="Also send what must be refused.")
    ] = False,
    test_rate_limit: Annotated[
        bool, typer.Option("--test-rate-limit", help="Also exceed one client's limit.")
    ] = False,
    threshold: Annotated[
        list[str] | None,
        typer.Option(help='Repeatable: "p(95)<100", "webhook: valid: p(99)<50", "promql: …".'),
    ] = None,
    max_p95_ms: Annotated[float | None, typer.Option(help="As p(95)<=….")] = None,
    max_p99_ms: Annotated[float | None, typer.Option(help="As p(99)<=….")] = None,
    min_rps: Annotated[
        float | None, typer.Option("--min-rps", "--check-rps", help="As rps>=….")
    ] = None,
    min_success_rate: Annotated[float | None, typer.Option(help="As success>=…, percent.")] = None,
    check_fail_ratio: Annotated[
        float | None, typer.Option(help="As fail_ratio<=…, 0 to 1.")
    ] = None,
    check_avg_response_time: Annotated[float | None, typer.Option(help="As avg<=…, ms.")] = None,
    abort_on_fail: Annotated[
        bool, typer.Option("--abort-on-fail", help="Stop at the first threshold that is missed.")
    ] = False,
    processes: Annotated[
        int | None, typer.Option(min=1, help="Send from so many processes of this machine.")
    ] = None,
    master: Annotated[
        bool, typer.Option("--master", help="Wait for workers, and let them send.")
    ] = False,
    worker: Annotated[
        bool, typer.Option("--worker", help="Send for a master; its options count, not these.")
    ] = False,
    expect_workers: Annotated[
        int, typer.Option(min=1, help="Workers that a master waits for.")
    ] = 1,
    master_host: Annotated[str, typer.Option(help="Where the master listens.")] = "127.0.0.1",
    master_port: Annotated[int, typer.Option(min=1, max=65535, help="And on which port.")] = 5557,
    web: Annotated[
        bool, typer.Option("--web", help="Locust's web page, with the options as its fields.")
    ] = False,
    web_port: Annotated[int, typer.Option(min=1, max=65535, help="Where it listens.")] = 8089,
    report: Annotated[
        list[str] | None,
        typer.Option(help="Repeatable: a file to write, .html, .json, .csv or .xml (JUnit)."),
    ] = None,
    compare: Annotated[
        str, typer.Option(help="An earlier .json report: what became slower or faster.")
    ] = "",
    conserve: Annotated[
        bool, typer.Option("--conserve", help="Compare what was sent with the service's counters.")
    ] = False,
) -> None:
    """Run scenarios and print what was counted.

    Exit 1 on an unexpected answer, a missed threshold or a lost worker; 2 when the command
    line or the scenario is wrong; 3 when the service does not answer.
    """
    from toolkit import config as configuration
    from toolkit.load import definitions as books
    from toolkit.load import run, selection
    from toolkit.load.locust_process import Plan, serve
    from toolkit.load.worker_processes import Fleet, work
    from toolkit.load.workload import Loop
    from toolkit.stack.signals import interruptible

    config = configuration.load(configuration.find_root(Path.cwd()))
    book = books.read(config)
    to = run.target(config, book, url=url, secret=secret, environment=os.environ)
    fleet = Fleet(
        processes=processes or 0, master=master, expect=expect_workers,
        host=master_host, port=master_port,
    )  # fmt: skip
    if worker:
        with interruptible():
            work(config, scenario or book.normal, fleet, to.environment, progress)
        return
    base = Plan(
        scenario=scenario,
        url=to.url,
        loop=Loop.CLOSED if concurrent else None,
        users=concurrent or users or 0,
        rate=rate or 0.0,
        seconds=duration or 0,
        requests=webhooks or 0,
        shape=shape,
        stages=stages,
        seed=seed,
        thresholds=(
            *(threshold or ()),
            *_bounds({
                "p(95)<=": max_p95_ms, "p(99)<=": max_p99_ms, "rps>=": min_rps,
                "success>=": min_success_rate, "fail_ratio<=": check_fail_ratio,
                "avg<=": check_avg_response_time,
            }),
        ),
        abort=abort_on_fail,
        targets=to.targets,
    )  # fmt: skip
    plans = selection.plans(
        book, base, load_test=load_test, failures=test_failures, rate_limit=test_rate_limit
    )
    if web:
        with interruptible():
            serve(config, plans[0], to.environment, progress, fleet.words(), port=web_port)
        return
    with interruptible():
        outcome = run.run(
            config, book, to, plans,
            conserve=conserve, fleet=fleet, files=tuple(report or ()), previous=compare,
            progress=progress,
        )  # fmt: skip
    result(outcome.text(book))
    if outcome.interrupted:
        raise typer.Exit(INTERRUPTED)
    if outcome.status is not ExitStatus.CLEAN:
        leave(outcome.status)


def _bounds(given: Mapping[str, float | None]) -> list[str]:
    """Thresholds from options of their own."""
    return [f"{words}{value:g}" for words, value in given.items() if value is not None]
