"""`--target`: the environment that a command speaks to, the same in every command."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.errors import UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

if TYPE_CHECKING:
    from toolkit.config.pyproject import Config
    from toolkit.config.targets import TargetConfig
    from toolkit.prometheus.client import Prometheus

Target = Annotated[
    str,
    typer.Option(
        "--target",
        metavar="NAME",
        help="An environment of [tool.toolkit.targets.…]; else the stack here.",
    ),
]


def target_named(config: "Config", name: str) -> "TargetConfig":
    """The environment called `name`. Raises UsageError with a guess where there is none."""
    if name not in config.targets:
        raise UsageError(
            unknown_name("target", name, config.targets),
            fix=f"describe it in [tool.toolkit.targets.{name}]; without --target the stack here "
            "is meant.",
        )
    return config.targets[name]


def target_hint(name: str) -> str:
    """What to do where a server of the environment does not answer."""
    return f"correct [tool.toolkit.targets.{name}], or reach it from here."


def prometheus_of(config: "Config", name: str) -> "Prometheus":
    """The Prometheus of the environment called `name`, with its credentials."""
    from toolkit import http_client
    from toolkit.prometheus.client import Prometheus

    target = target_named(config, name)
    way = http_client.access_to(name, target)
    return Prometheus(target.prometheus.rstrip("/"), target_hint(name), access=way)
