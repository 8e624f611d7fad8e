"""Stacks for the tests: a small service of our own beside real Prometheus and Alertmanager."""

import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from toolkit.config import Config, StackConfig
from toolkit.serverconfig import Addresses
from toolkit.stack import local
from toolkit.stack.components import StackFiles
from toolkit.stack.ports import on_free_ports
from toolkit.stack.state import RunningStack

SERVE = (sys.executable, str(Path(__file__).with_name("serve.py")))

# A condition that is not met by then never will be, on however slow a machine.
PATIENCE_SECONDS = 30.0


def prometheus_config(addresses: Addresses) -> str:
    service = addresses.service.removeprefix("http://")
    return f"scrape_configs: [{{job_name: service, static_configs: [{{targets: ['{service}']}}]}}]"


def alertmanager_config(_addresses: Addresses) -> str:
    return "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


@pytest.fixture
def files() -> StackFiles:
    return StackFiles(prometheus=prometheus_config, alertmanager=alertmanager_config)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A project whose stack runs on free ports; `behaves` makes its service misbehave."""
    return on_free_ports(behaves(tmp_path, ""))


def behaves(root: Path, behaviour: str) -> Config:
    environment = {"FAKE_PORT": "{port}", "FAKE_BEHAVIOUR": behaviour, "FAKE_SECRET": "{secret}"}
    return Config(
        root=root,
        catalogue="shop.catalogue:CATALOGUE",
        serve="shop.main:main",
        stack=StackConfig(environment=environment),
    )


def _require_servers() -> None:
    """Skip where Prometheus or Alertmanager is not installed; fail in CI."""
    for names in (("prometheus",), ("prometheus-alertmanager", "alertmanager")):
        if not any(shutil.which(name) for name in names):
            if os.environ.get("CI"):
                pytest.fail(f"{names[0]} is not installed, and CI skips nothing.")
            pytest.skip(f"{names[0]} is not installed.")


Up = Callable[..., RunningStack]


@pytest.fixture
def up(files: StackFiles, tmp_path: Path) -> Iterator[Up]:
    """`local.up` with the small service; whatever it starts is ended after the test."""
    _require_servers()
    folders = {tmp_path / ".toolkit"}

    def start(config: Config, *, state: Path | None = None, **options: object) -> RunningStack:
        folder = state or tmp_path / ".toolkit"
        folders.add(folder)
        given = {"files": files, "serve": SERVE, **options}
        return local.up(config, state=folder, **given)  # type: ignore[arg-type]

    yield start
    for folder in folders:
        local.down(folder)


def eventually(condition: Callable[[], object], what: str) -> None:
    """Wait for the condition, with a deadline."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {PATIENCE_SECONDS} s: {what}"
        time.sleep(0.02)
