"""`toolkit deploy --rules`: rule groups to the ruler of a Mimir or Cortex."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from toolkit.cli.console import leave, result
from toolkit.cli.target_option import target_hint, target_named
from toolkit.errors import ConfigurationError, ExitStatus, UsageError

if TYPE_CHECKING:
    from toolkit.config.pyproject import Config
    from toolkit.mimir.ruler_client import Ruler


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOptions:
    """Rules."""

    rules: Annotated[
        bool,
        typer.Option("--rules", help="Deploy the rules, to the ruler of a Mimir or Cortex."),
    ] = False
    tenant: Annotated[
        str, typer.Option(help="The tenant, as X-Scope-OrgID; else as the target's headers say.")
    ] = ""
    namespace: Annotated[
        str, typer.Option(help="The project's own namespace of rules; by default its job.")
    ] = ""


def deploy_rules(url: str, target: str, options: RuleOptions, *, dry_run: bool) -> None:
    """Bring the namespace up to date and print each step."""
    from toolkit import find_definitions
    from toolkit.deploy import rules_to_mimir as deployment

    loaded = find_definitions.load()
    namespace = options.namespace or loaded.config.job
    ruler = _ruler(loaded.config, url, target, namespace, options.tenant)
    steps = []
    for step in deployment.deploy_rules(loaded, ruler, namespace, dry_run=dry_run):
        result(f"rule group  {step.group:<20}  {step.change.value}")
        steps.append(step)
    changed = sum(step.is_change for step in steps)
    done = "would change" if dry_run else "changed"
    result(f"{ruler.url}: {changed} {done}, in {ruler.product}'s namespace {namespace}.")
    if any(step.change is deployment.RuleChange.PROTECTED for step in steps):
        result(
            f"The namespace {namespace} is protected, and not as defined.\n"
            "  fix: take another with --namespace, or have this one opened."
        )
        leave(ExitStatus.FINDINGS)


def _ruler(config: "Config", url: str, target: str, namespace: str, tenant: str) -> "Ruler":
    from toolkit import http_client
    from toolkit.mimir.ruler_client import find_ruler

    if url and target:
        raise UsageError("--url and --target both say which ruler is meant.", fix="drop one.")
    if url and not url.startswith(("http://", "https://")):
        raise UsageError(
            f"--url {url!r} is not an address.", fix="write it like http://127.0.0.1:8080."
        )
    if target:
        there = target_named(config, target)
        if not there.ruler:
            where = config.place.below("targets").below(target)
            raise where.error("has no ruler.", fix="say where it is.")
        way = http_client.access_to(target, there)
        hint = target_hint(target)
        return find_ruler(there.ruler, namespace, access=way, tenant=tenant, hint=hint)
    address = url or config.stack.ruler
    if not address:
        raise ConfigurationError(
            "no ruler is known, to which rules could be deployed.",
            fix="say --url or --target, or set [tool.toolkit.stack] ruler. Prometheus and Thanos' "
            "ruler read files: run `toolkit build` and mount alerts/generated/rules there.",
        )
    hint = "start it, or correct [tool.toolkit.stack] ruler, or --url."
    return find_ruler(address, namespace, tenant=tenant, hint=hint)
