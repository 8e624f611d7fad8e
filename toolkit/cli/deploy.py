"""`toolkit deploy`: folder, datasources and dashboards to Grafana, or rules to a ruler."""

from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, result
from toolkit.cli.deploy_rules import RuleOptions, deploy_rules
from toolkit.cli.option_groups import with_option_groups
from toolkit.cli.target_option import Target, target_hint, target_named
from toolkit.errors import ConfigurationError, ExitStatus, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

if TYPE_CHECKING:
    from toolkit.config.pyproject import Config
    from toolkit.grafana.client import Grafana
    from toolkit.project import Project

Url = Annotated[str, typer.Option(help="The server's address; by default that of the environment.")]
APIS = ("auto", "classic", "v1", "v2")


@with_option_groups
def deploy(
    *,
    target: Target = "",
    url: Url = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would change.")] = False,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what another user saves meanwhile.")
    ] = False,
    datasources: Annotated[
        bool, typer.Option(help="Create or update the datasources of Prometheus and Alertmanager.")
    ] = True,
    message: Annotated[str, typer.Option(help="The entry in the dashboards' history.")] = "",
    api: Annotated[
        str,
        typer.Option(
            metavar="API",
            help="`auto` takes what Grafana says that it has; or `classic`, `v1`, `v2`.",
        ),
    ] = "auto",
    rules: RuleOptions,
) -> None:
    """Bring Grafana up to date; a second run changes nothing. The token is in GRAFANA_TOKEN.

    With --rules, rule groups go to the ruler of a Mimir or Cortex instead. Exit 1 where something
    differs and is not ours to change.
    """
    if rules.rules:
        of_grafana = {
            "--overwrite": overwrite,
            "--message": message,
            "--api": api != "auto",
            "--no-datasources": not datasources,
        }
        for option in (name for name, given in of_grafana.items() if given):
            raise UsageError(f"{option} is of dashboards, and --rules deploys none.")
        deploy_rules(url, target, rules, dry_run=dry_run)
        return
    if rules.tenant or rules.namespace:
        raise UsageError("--tenant and --namespace are of --rules.", fix="add --rules.")
    _deploy_to_grafana(
        target,
        url,
        api,
        dry_run=dry_run,
        overwrite=overwrite,
        datasources=datasources,
        message=message,
    )


def _deploy_to_grafana(
    target: str,
    url: str,
    api: str,
    *,
    dry_run: bool,
    overwrite: bool,
    datasources: bool,
    message: str,
) -> None:
    from toolkit import find_definitions
    from toolkit.deploy import dashboards_to_grafana as deployment
    from toolkit.grafana.dashboard_api import choose_api

    if api not in APIS:
        raise UsageError(unknown_name("API", api, APIS))
    loaded = find_definitions.load()
    grafana = server(loaded.config, url, target)
    deployment.refuse_old(grafana)
    chosen = choose_api.choose(grafana, "" if api == "auto" else api)
    changed = refused = 0
    steps = deployment.deploy(
        loaded,
        grafana,
        api=chosen,
        dry_run=dry_run,
        overwrite=overwrite,
        message=message,
        datasources=datasources,
    )
    for step in steps:
        by = f" ({step.manager})" if step.manager else ""
        result(f"{step.kind:<10}  {step.uid:<20}  {step.change.value}{by}")
        changed += step.change in {deployment.DeployChange.CREATE, deployment.DeployChange.UPDATE}
        refused += step.is_refused
    if chosen.kind != "v2":
        _say_what_is_left_out(loaded)
    done = "would change" if dry_run else "changed"
    result(f"{grafana.url}: {changed} {done}, by {chosen.name}.")
    if refused:
        result(
            f"{refused} differ from the definitions and are not ours to change.\n"
            "  fix: end their management in Grafana or change them where they are managed; or give "
            "ours a uid of their own."
        )
        leave(ExitStatus.FINDINGS)


def _say_what_is_left_out(project: "Project") -> None:
    from toolkit.generate import dashboards

    more = dashboards.says_more_than_classic(project)
    if more:
        result(
            f"{', '.join(more)}: tabs, automatic grids and conditions are of V2; here the rows "
            "stand one below the other, and all are shown."
        )


def server(config: "Config", url: str, target: str = "") -> "Grafana":
    """The Grafana at `url`, of the environment `target`, or the one that is configured here.

    Raises ConfigurationError where there is no token for it, and UsageError for both at once.
    """
    import os

    from toolkit import http_client
    from toolkit.grafana.client import TOKEN, Grafana

    if url and target:
        raise UsageError("--url and --target both say which Grafana is meant.", fix="drop one.")
    if url and not url.startswith(("http://", "https://")):
        raise UsageError(
            f"--url {url!r} is not an address.", fix="write it like http://127.0.0.1:3000."
        )
    if target:
        there = target_named(config, target)
        if not there.grafana:
            where = config.place.below("targets").below(target)
            raise where.error("has no grafana.", fix="say where it is.")
        way = http_client.access_to(target, there)
        token = os.environ.get(there.grafana_token_env, "")
        if not token and way == http_client.NO_CREDENTIALS:
            raise _no_token(there.grafana_token_env)
        return Grafana(
            there.grafana,
            token,
            target_hint(target),
            token_env=there.grafana_token_env,
            access=way,
        )
    token = os.environ.get(TOKEN, "")
    if not token:
        raise _no_token(TOKEN)
    return Grafana(url or config.stack.grafana, token)


def _no_token(variable: str) -> ConfigurationError:
    return ConfigurationError(
        f"{variable} is not set, and Grafana changes nothing without a token.",
        fix=f"create a service account's token in Grafana and export it as {variable}.",
    )
