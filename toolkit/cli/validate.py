"""`toolkit validate`: is the stack there, configured, and fed what was declared."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, result
from toolkit.cli.options import Output, formats
from toolkit.did_you_mean import unknown_name
from toolkit.errors import ExitStatus, UsageError

if TYPE_CHECKING:
    from toolkit.config import Config
    from toolkit.grafana.client import Grafana
    from toolkit.project import Project
    from toolkit.validate.check import CheckedStack

FORMATS = ("text", "json", "junit", "github")
_LISTENS_SECONDS = 2.0


def validate(
    *,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Run only this check; may be repeated.")
    ] = None,
    skip: Annotated[
        list[str] | None, typer.Option("--skip", help="Leave this check out; may be repeated.")
    ] = None,
    target: Annotated[
        str, typer.Option(help="An environment of [tool.toolkit.targets.…]; else the stack here.")
    ] = "",
    wait: Annotated[
        float, typer.Option(min=0, help="Seconds to wait for what is not known yet.")
    ] = 0.0,
    deadline: Annotated[
        float, typer.Option(min=0.1, help="Seconds that each check may take.")
    ] = 10.0,
    form: Annotated[str, formats(*FORMATS)] = "text",
    output: Output = None,
    listed: Annotated[
        bool, typer.Option("--list", help="List the checks and what to do; run none.")
    ] = False,
) -> None:
    """Check the running stack against the definitions. Exit 3 when something cannot be known."""
    from toolkit import discovery
    from toolkit.formats import github_annotations
    from toolkit.validate import report
    from toolkit.validate import run as validation

    loaded = discovery.load()
    known = validation.checks(loaded.config.validators)
    selection = validation.select(known, only or (), skip or ())
    if listed:
        result(report.listing(selection), output)
        return
    stack = target_of(loaded, target) if target else stack_of(loaded)
    results = validation.run_patiently(stack, selection, wait, deadline)
    result(report.render(results, form), output)
    if form == "github":
        github_annotations.add_to_summary(report.markdown(results))
    status = validation.verdict(results)
    if status is not ExitStatus.CLEAN:
        leave(status)


def target_of(project: "Project", name: str) -> "CheckedStack":
    """The environment called `name`, with its credentials."""
    import os

    from toolkit import http_client
    from toolkit.alertmanager.client import Alertmanager
    from toolkit.grafana.client import Grafana
    from toolkit.prometheus.client import Prometheus
    from toolkit.validate.check import CheckedStack
    from toolkit.validate.measured_services import measured

    known = project.config.targets
    if name not in known:
        raise UsageError(
            unknown_name("target", name, known),
            fix=f"describe it in [tool.toolkit.targets.{name}]; without --target the stack here "
            "is checked.",
        )
    target = known[name]
    way = http_client.access_to(name, target)
    hint = f"correct [tool.toolkit.targets.{name}], or reach it from here."
    token_env = target.grafana_token_env
    grafana = Grafana(
        target.grafana, os.environ.get(token_env, ""), hint, token_env=token_env, access=way
    )
    where = target.services or {project.config.primary.name: target.service}
    addresses = {name: (url,) for name, url in where.items()}
    return CheckedStack(
        project=project,
        services=measured(project.config, addresses, hint, way),
        prometheus=Prometheus(target.prometheus, hint, access=way),
        alertmanager=Alertmanager(target.alertmanager, hint, way),
        grafana=grafana if target.grafana else None,
    )


def grafana_of(config: "Config") -> "Grafana | None":
    """The configured Grafana where something listens; `toolkit up` starts none, so it may lack."""
    import os
    import socket
    from urllib.parse import urlsplit

    from toolkit.grafana.client import TOKEN, Grafana

    address = urlsplit(config.stack.grafana)
    port = address.port or (443 if address.scheme == "https" else 80)
    try:
        socket.create_connection((address.hostname or "", port), _LISTENS_SECONDS).close()
    except OSError:
        return None
    return Grafana(config.stack.grafana, os.environ.get(TOKEN, ""))


def stack_of(project: "Project") -> "CheckedStack":
    """The stack that runs here, or the configured addresses when none was started here."""
    from toolkit.alertmanager.client import Alertmanager
    from toolkit.config import Addresses
    from toolkit.prometheus.client import Prometheus
    from toolkit.stack import local_stack
    from toolkit.validate.check import CheckedStack
    from toolkit.validate.measured_services import measured

    running = local_stack.running(project.config.state)
    addresses = running.addresses if running else Addresses.of(project.config)
    return CheckedStack(
        project=project,
        services=measured(project.config, addresses.services),
        prometheus=Prometheus(addresses.prometheus),
        alertmanager=Alertmanager(addresses.alertmanager),
        grafana=grafana_of(project.config),
    )
