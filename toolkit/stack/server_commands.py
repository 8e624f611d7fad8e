"""What the stack is made of: one function per server says how it is started.

The project's services come first, each after those that it needs. Nothing here starts
anything.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from toolkit.config import placeholders
from toolkit.config.placeholders import fill
from toolkit.config.pyproject import Addresses, Config
from toolkit.config.services import ServiceConfig, in_order
from toolkit.errors import StackError
from toolkit.stack.state import RunningStack

SERVE = (sys.executable, "-m", "toolkit", "serve")

# Error budgets look back thirty days.
RETENTION = "35d"
# Exemplars are kept only where this is asked for; a service that has none pays nothing.
# Source: https://prometheus.io/docs/prometheus/latest/feature_flags/#exemplars-storage
FEATURES = "exemplar-storage"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFiles:
    """The servers' configuration texts, made once the real addresses are known."""

    prometheus: Callable[[Addresses], str]
    alertmanager: Callable[[Addresses], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One process: its command, what its environment adds, and the path that says it is ready.

    Where `ready` answers 404, `otherwise` is asked. `needs` are the names of components that
    are ready before this one is started. `service` is empty for the stack's own servers.
    """

    name: str
    command: tuple[str, ...]
    url: str
    ready: str
    otherwise: str = ""
    environment: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    service: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """A program by the names it goes by, and how to install it."""

    names: tuple[str, ...]
    packages: tuple[tuple[str, str], ...]

    def find(self) -> str:
        """Its path. Raises StackError, saying what to install, where PATH has none."""
        for name in self.names:
            path = shutil.which(name)
            if path is not None:
                return path
        how = "; ".join(f"{where}: {command}" for where, command in self.packages)
        raise StackError(
            f"{' or '.join(self.names)}: not found on PATH ({os.environ.get('PATH', '')}).",
            fix=f"install it ({how}), or run the same stack in containers: docker compose up.",
        )


PROMETHEUS = Binary(
    names=("prometheus",),
    packages=(
        ("Debian", "apt-get install --no-install-recommends prometheus"),
        ("macOS", "brew install prometheus"),
    ),
)
ALERTMANAGER = Binary(
    names=("prometheus-alertmanager", "alertmanager"),  # Debian's name first
    packages=(
        ("Debian", "apt-get install --no-install-recommends prometheus-alertmanager"),
        ("elsewhere", "the archive at https://prometheus.io/download/#alertmanager"),
    ),
)


def plan(
    config: Config,
    addresses: Addresses,
    *,
    state: Path,
    secret: str,
    serve: tuple[str, ...] = SERVE,
) -> tuple[Component, ...]:
    """The processes that can be started, in this order: the services, the servers.

    A service without an address is left out, since it is not there on purpose, and so is a server
    that is shared with others. Raises
    ConfigurationError for a placeholder that nothing fills.
    """
    found: list[Component] = []
    for service in in_order(config.all_services):
        if service.is_started and service.name in addresses.services:
            found += _instances(config, service, addresses, state=state, secret=secret, serve=serve)
    servers = {"prometheus": prometheus, "alertmanager": alertmanager}
    own = (make for name, make in servers.items() if name not in config.stack.shared)
    return (*found, *(make(addresses, state) for make in own))


def _instances(
    config: Config,
    service: ServiceConfig,
    addresses: Addresses,
    *,
    state: Path,
    secret: str,
    serve: tuple[str, ...],
) -> Iterator[Component]:
    """One component for each instance of a service."""
    own_ready = service.ready or "/ready"
    needs = tuple(
        name
        for other in config.all_services
        if other.name in service.needs and other.name in addresses.services
        for name in (other.instance_names if other.is_started else ())
    )
    where = placeholders.command_of(service, config.place)
    for number, name in enumerate(service.instance_names, 1):
        values = _values(addresses, service, number, state=state, secret=secret)
        if service.python:
            # The function is named where there are several to choose from.
            command = (*serve, service.name) if config.services else serve
        else:
            command = tuple(fill(x, values, where) for x in service.command)
        environment = environment_of(config, addresses, service, number, state=state, secret=secret)
        yield Component(
            name=name,
            command=command,
            url=addresses.services[service.name][number - 1],
            ready=own_ready,
            otherwise="" if service.ready else service.metrics,
            environment={**environment, "PYTHONUNBUFFERED": "1"},  # its log is read while it runs
            needs=needs,
            service=service.name,
        )


def prometheus(addresses: Addresses, state: Path) -> Component:
    """Prometheus with its data and configuration below `state`."""
    return Component(
        name="prometheus",
        command=(
            PROMETHEUS.find(),
            f"--config.file={state / 'prometheus.yml'}",
            f"--storage.tsdb.path={state / 'prometheus'}",
            f"--storage.tsdb.retention.time={RETENTION}",
            f"--web.listen-address={urlsplit(addresses.prometheus).netloc}",
            f"--web.external-url={addresses.prometheus}",
            "--web.enable-lifecycle",
            f"--enable-feature={FEATURES}",
        ),
        url=addresses.prometheus,
        ready="/-/ready",
    )


def alertmanager(addresses: Addresses, state: Path) -> Component:
    """Alertmanager alone: without a cluster address it opens no gossip port."""
    return Component(
        name="alertmanager",
        command=(
            ALERTMANAGER.find(),
            f"--config.file={state / 'alertmanager.yml'}",
            f"--storage.path={state / 'alertmanager'}",
            f"--web.listen-address={urlsplit(addresses.alertmanager).netloc}",
            f"--web.external-url={addresses.alertmanager}",
            "--cluster.listen-address=",
        ),
        url=addresses.alertmanager,
        ready="/-/ready",
    )


def environment_of(
    config: Config,
    addresses: Addresses,
    service: ServiceConfig,
    number: int = 1,
    *,
    state: Path,
    secret: str,
) -> dict[str, str]:
    """The variables of a service's instance, counted from 1, with their placeholders filled.

    Raises ConfigurationError, naming the key, for a placeholder that nothing fills.
    """
    values = _values(addresses, service, number, state=state, secret=secret)
    where = placeholders.environment_of(service, config.place, is_single=not config.services)
    return {name: fill(text, values, where.key(name)) for name, text in service.environment.items()}


def environment_in(
    config: Config, stack: RunningStack, service: ServiceConfig
) -> Mapping[str, str]:
    """The variables that a running stack gave to the first instance of a service."""
    if service == config.primary:
        return stack.environment
    return environment_of(config, stack.addresses, service, state=stack.state, secret=stack.secret)


def _values(
    addresses: Addresses, service: ServiceConfig, number: int, *, state: Path, secret: str
) -> dict[str, str]:
    """What each placeholder stands for, in the command and the environment of one instance."""
    values = {"secret": secret, "state": str(state), "instance": str(number)}
    for name, urls in addresses.services.items():
        for key, text in _address_values(urls[0]).items():
            values[f"{name}.{key}"] = text
    own = addresses.services.get(service.name, service.urls)[number - 1]
    values |= _address_values(own)
    del values["url"]
    return values


def _address_values(url: str) -> dict[str, str]:
    parts = urlsplit(url)
    return {"host": parts.hostname or "", "port": str(parts.port), "url": url}
