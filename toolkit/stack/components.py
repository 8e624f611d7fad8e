"""What the stack is made of: one function per server says how it is started.

A further server (a cache, a dashboard server) is a function here, an address and a line
in `plan`. Nothing here starts anything.
"""

import os
import re
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from toolkit.config import Addresses, Config
from toolkit.did_you_mean import did_you_mean
from toolkit.errors import ConfigurationError, StackError

SERVE = (sys.executable, "-m", "toolkit", "serve")

# Error budgets look back thirty days.
RETENTION = "35d"

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class StackFiles:
    """The servers' configuration texts, made once the real addresses are known."""

    prometheus: Callable[[Addresses], str]
    alertmanager: Callable[[Addresses], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One server: its command, what its environment adds, and the path that says it is ready."""

    name: str
    command: tuple[str, ...]
    url: str
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)


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
    environment: Mapping[str, str],
    serve: tuple[str, ...] = SERVE,
) -> tuple[Component, ...]:
    """The servers to start, in this order. Without `[tool.toolkit] serve`, no service."""
    servers = (prometheus(addresses, state), alertmanager(addresses, state))
    return (service(addresses, environment, serve), *servers) if config.serve else servers


def service(
    addresses: Addresses, environment: Mapping[str, str], serve: tuple[str, ...] = SERVE
) -> Component:
    """The user's service, which reads everything from its environment."""
    return Component(
        name="service",
        command=serve,
        url=addresses.service,
        ready="/ready",
        environment={**environment, "PYTHONUNBUFFERED": "1"},  # its log is read while it runs
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
    config: Config, addresses: Addresses, *, state: Path, secret: str
) -> dict[str, str]:
    """`[tool.toolkit.stack.environment]` with its placeholders filled.

    Raises ConfigurationError, naming the key, for a placeholder that nothing fills.
    """
    parts = urlsplit(addresses.service)
    values = {
        "secret": secret,
        "host": parts.hostname or "",
        "port": str(parts.port),
        "state": str(state),
    }
    where = f"{config.root / 'pyproject.toml'}: [tool.toolkit.stack.environment]"
    return {
        key: _fill(text, values, f"{where} {key}") for key, text in config.stack.environment.items()
    }


def _fill(text: str, values: Mapping[str, str], where: str) -> str:
    unknown = [name for name in _PLACEHOLDER.findall(text) if name not in values]
    if unknown:
        raise ConfigurationError(
            f"{where}: {text!r} has the unknown placeholder {{{unknown[0]}}}"
            f"{did_you_mean(unknown[0], values)}"
        )
    return _PLACEHOLDER.sub(lambda match: values[match[1]], text)
