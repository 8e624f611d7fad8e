"""`toolkit deploy`: folder, datasources and dashboards to Grafana, through its API."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import result

if TYPE_CHECKING:
    from toolkit.config import Config
    from toolkit.grafana.client import Grafana

Url = Annotated[
    str, typer.Option(help="Grafana's address; by default [tool.toolkit.stack] grafana.")
]


def deploy(
    *,
    url: Url = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what another user saves meanwhile.")
    ] = False,
    datasources: Annotated[
        bool, typer.Option(help="Create or update the datasources of Prometheus and Alertmanager.")
    ] = True,
    message: Annotated[str, typer.Option(help="The entry in the dashboards' history.")] = "",
) -> None:
    """Bring Grafana up to date; a second run changes nothing. The token is in GRAFANA_TOKEN."""
    from toolkit import deploy as deployment
    from toolkit import discovery

    loaded = discovery.load()
    grafana = server(loaded.config, url)
    changed = 0
    steps = deployment.deploy(
        loaded,
        grafana,
        dry_run=dry_run,
        overwrite=overwrite,
        message=message,
        datasources=datasources,
    )
    for step in steps:
        result(f"{step.kind:<10}  {step.uid:<20}  {step.change.value}")
        changed += step.change in {deployment.DeployChange.CREATE, deployment.DeployChange.UPDATE}
    done = "would change" if dry_run else "changed"
    result(f"{grafana.url}: {changed} {done}.")


def server(config: "Config", url: str) -> "Grafana":
    """The Grafana at `url` or the configured one, with the token from the environment."""
    import os

    from toolkit.errors import ConfigurationError, UsageError
    from toolkit.grafana.client import TOKEN, Grafana

    if url and not url.startswith(("http://", "https://")):
        raise UsageError(
            f"--url {url!r} is not an address.", fix="write it like http://127.0.0.1:3000."
        )
    token = os.environ.get(TOKEN, "")
    if not token:
        raise ConfigurationError(
            f"{TOKEN} is not set, and Grafana changes nothing without a token.",
            fix=f"create a service account's token in Grafana and export it as {TOKEN}.",
        )
    return Grafana(url or config.stack.grafana, token)
