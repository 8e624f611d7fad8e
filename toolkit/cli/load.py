"""`toolkit load`: a Locust scenario against the service, judged by what it expects."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, progress, result
from toolkit.errors import ExitStatus

if TYPE_CHECKING:
    from toolkit.config import Config
    from toolkit.loadtest import LoadResult


def load(
    scenario: Annotated[str, typer.Argument(help="A module of loadtests/, such as `normal`.")],
    *,
    url: Annotated[
        str, typer.Option(help="The service; left out, that of the running stack.")
    ] = "",
    users: Annotated[int, typer.Option(min=1, help="Simulated users at once.")] = 20,
    spawn_rate: Annotated[
        float, typer.Option(min=0.1, help="Users that start each second.")
    ] = 20.0,
    duration: Annotated[int, typer.Option(min=1, help="Seconds to send.")] = 20,
) -> None:
    """Run a scenario headless and print what was counted. Exit 1 on an unexpected answer."""
    from toolkit import config as configuration
    from toolkit import loadtest

    config = configuration.load(configuration.find_root(Path.cwd()))
    path, environment = target(config)
    plan = loadtest.Plan(
        scenario=scenario,
        url=url or path,
        users=users,
        spawn_rate=spawn_rate,
        seconds=duration,
    )
    loaded = loadtest.run(config, plan, environment, progress)
    result(statistics(loaded))
    if loaded.failures:
        leave(ExitStatus.FINDINGS)


def target(config: "Config") -> tuple[str, Mapping[str, str]]:
    """The service's address and the environment to send with: the running stack's, if any."""
    from toolkit.stack import local

    stack = local.running(config.state)
    if stack is None:
        return config.stack.service, os.environ
    return stack.addresses.service, {**os.environ, **stack.environment}


def statistics(loaded: "LoadResult") -> str:
    """The run's figures, one a line, and every kind of unexpected answer."""
    lines = [
        f"Duration:      {loaded.seconds:.1f} s",
        f"Throughput:    {loaded.requests_per_second:.1f} requests/s",
        f"Sent:          {loaded.requests}",
        f"Successful:    {loaded.successes}",
        f"Failed:        {loaded.failures}",
        f"Success rate:  {loaded.success_share:.2%}",
        *(
            f"P{q * 100:g}:           {loaded.quantile_seconds(q) * 1000:g} ms"
            for q in (0.5, 0.95, 0.99)
        ),
        *(f"  {count} × {message}" for message, count in loaded.errors.items()),
    ]
    return "\n".join(lines)
