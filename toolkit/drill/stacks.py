"""Where a lane of a drill plays: a stack of its own, or one that runs already."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from toolkit.alertmanager.client import Alertmanager
from toolkit.alertmanager.server_config import alertmanager_config
from toolkit.config import Addresses, Config
from toolkit.drill.apply_causes import Controls
from toolkit.drill.compression import Compression
from toolkit.drill.notifications import Notices, Reader, Sink
from toolkit.drill.plan import Lane
from toolkit.formats.yaml_text import yaml_text
from toolkit.project import Project
from toolkit.prometheus import rule_files
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.server_config import prometheus_config
from toolkit.stack import local
from toolkit.stack.components import SERVE, StackFiles
from toolkit.stack.ports import on_free_ports
from toolkit.stack.state import RunningStack

_COMMAND = "toolkit drill"
_NOBODY = "nobody"  # the receiver where a project declares no routing


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A stack that can be drilled."""

    controls: Controls
    prometheus: Prometheus
    notices: Notices


def folder(project: Project, lane: Lane) -> Path:
    """Where the lane's stack keeps its state."""
    return (project.config.state / "drill" / lane.name).resolve()


@contextmanager
def own(
    project: Project,
    lane: Lane,
    progress: Callable[[str], None],
    serve: tuple[str, ...] = SERVE,
) -> Iterator[Stage]:
    """A stack of the lane's own, on free ports; nothing of it is left afterwards."""
    state = folder(project, lane)
    # What an earlier drill left: a killed one its servers, any one what it had told whom.
    local.down(state)
    shutil.rmtree(state, ignore_errors=True)
    config = _config(project.config, lane.clock.compression)
    _write_rules(project, lane, state / "rules")
    with Sink() as sink:
        try:
            stack = local.up(
                config,
                _files(replace(project, config=config), lane, state / "rules", sink.url),
                state=state,
                progress=progress,
                serve=serve,
            )
            controls = Controls(config, stack, serve)
            try:
                controls.begin()
                yield Stage(
                    controls=controls,
                    prometheus=Prometheus(stack.addresses.prometheus),
                    notices=sink,
                )
            finally:
                controls.end()
        finally:
            local.down(state)


@contextmanager
def running(project: Project, stack: RunningStack) -> Iterator[Stage]:
    """A stack that runs already, with its own rules; only our traffic is ended afterwards."""
    controls = Controls(project.config, stack)
    try:
        controls.begin()
        yield Stage(
            controls=controls,
            prometheus=Prometheus(stack.addresses.prometheus),
            notices=Reader(Alertmanager(stack.addresses.alertmanager)),
        )
    finally:
        controls.end()


def _config(config: Config, compression: Compression) -> Config:
    environment = {**config.stack.environment, **config.drill.environment}
    return on_free_ports(
        replace(
            config,
            scrape_interval=f"{compression.scrape_seconds:g}s",
            stack=replace(config.stack, environment=environment),
        )
    )


def _write_rules(project: Project, lane: Lane, target: Path) -> None:
    target.mkdir(parents=True, exist_ok=True)
    for stale in target.glob("*.yml"):
        stale.unlink()
    for file in lane.files:
        data = rule_files.rule_file(
            file,
            runbook_url=project.config.runbook_url,
            dashboard_urls=project.dashboard_urls,
        )
        path = target / f"{file.name}_alerts.yml"
        path.write_text(yaml_text(data, project.config.alerts, _COMMAND), encoding="utf-8")


def _files(project: Project, lane: Lane, rule_folder: Path, deliver_to: str) -> StackFiles:
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
            faster = lane.clock.compression.routing(routing)
            data = alertmanager_config(faster, deliver_to)
        return yaml_text(data, project.config.alerts, _COMMAND)

    return StackFiles(prometheus=prometheus, alertmanager=alertmanager)
