"""The stacks that a drill runs on: one of its own for each plan, or one that runs already."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.alertmanager.client import Alertmanager
from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.config.pyproject import Addresses, Config
from toolkit.drill.apply_causes import Controls, services_of
from toolkit.drill.notifications import AlertmanagerPoller, NotificationSource, WebhookReceiver
from toolkit.drill.plan import StackPlan
from toolkit.drill.time_compression import Compression, duration_text
from toolkit.formats.yaml_text import yaml_text
from toolkit.project import Project
from toolkit.prometheus import write_rule_files
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.write_config import prometheus_config
from toolkit.stack import start_and_stop
from toolkit.stack.free_ports import on_free_ports
from toolkit.stack.server_commands import SERVE, StackFiles
from toolkit.stack.state import RunningStack

_COMMAND = "toolkit drill"
_NOBODY = "nobody"  # the receiver where a project declares no routing


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillStack:
    """A stack that can be drilled."""

    controls: Controls
    prometheus: Prometheus
    notifications: NotificationSource


def state_folder(project: Project, plan: StackPlan) -> Path:
    """Where the plan's own stack keeps its state."""
    return (project.config.state / "drill" / plan.name).resolve()


@contextmanager
def own_stack(
    project: Project,
    plan: StackPlan,
    progress: Callable[[str], None],
    serve: tuple[str, ...] = SERVE,
) -> Iterator[DrillStack]:
    """A stack of the plan's own, on free ports; nothing of it is left afterwards."""
    state = state_folder(project, plan)
    # An earlier drill left its notifications, and where it was killed its servers too.
    start_and_stop.down(state)
    shutil.rmtree(state, ignore_errors=True)
    config = _config(project.config, plan.timing.compression)
    _write_rules(project, plan, state / "rules")
    with WebhookReceiver() as receiver:
        try:
            stack = start_and_stop.up(
                config,
                _files(replace(project, config=config), plan, state / "rules", receiver.url),
                state=state,
                progress=progress,
                serve=serve,
                selection=services_of(config, plan.causes),
            )
            controls = Controls(config, stack, serve)
            try:
                controls.start_background()
                yield DrillStack(
                    controls=controls,
                    prometheus=Prometheus(stack.addresses.prometheus),
                    notifications=receiver,
                )
            finally:
                controls.stop_traffic()
        finally:
            start_and_stop.down(state)


@contextmanager
def running_stack(project: Project, stack: RunningStack) -> Iterator[DrillStack]:
    """A stack that runs already, with its own rules; only our traffic is stopped afterwards."""
    controls = Controls(project.config, stack)
    try:
        controls.start_background()
        yield DrillStack(
            controls=controls,
            prometheus=Prometheus(stack.addresses.prometheus),
            notifications=AlertmanagerPoller(Alertmanager(stack.addresses.alertmanager)),
        )
    finally:
        controls.stop_traffic()


def _config(config: Config, compression: Compression) -> Config:
    faster = replace(config, scrape_interval=duration_text(compression.scrape_seconds))
    return on_free_ports(faster.with_environment(config.drill.environment))


def _write_rules(project: Project, plan: StackPlan, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for stale in target.glob("*.yml"):
        stale.unlink()
    for file in plan.rule_files:
        data = write_rule_files.rule_file(
            file,
            runbook_url=project.config.runbook_url,
            dashboard_urls=project.dashboard_urls,
        )
        path = target / f"{file.name}_alerts.yml"
        path.write_text(yaml_text(data, project.config.alerts, _COMMAND), encoding="utf-8")


def _files(project: Project, plan: StackPlan, rule_folder: Path, deliver_to: str) -> StackFiles:
    routing = project.routing

    def prometheus(addresses: Addresses) -> str:
        data = prometheus_config(project.config, addresses, rules=str(rule_folder / "*.yml"))
        return yaml_text(data, "pyproject.toml", _COMMAND)

    def alertmanager(_addresses: Addresses) -> str:
        if routing is None:
            route = {"receiver": _NOBODY, "group_by": ["..."], "group_wait": "0s"}
            hook = [{"url": deliver_to, "send_resolved": True}]
            data = {"route": route, "receivers": [{"name": _NOBODY, "webhook_configs": hook}]}
        else:
            faster = plan.timing.compression.routing(routing)
            data = alertmanager_config(faster, deliver_to)
        return yaml_text(data, project.config.alerts, _COMMAND)

    return StackFiles(prometheus=prometheus, alertmanager=alertmanager)
