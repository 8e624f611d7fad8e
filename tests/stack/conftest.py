"""Stacks that are ended after their test, whatever becomes of it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import required_programs, small_stack
from toolkit.config.pyproject import Config
from toolkit.stack import start_and_stop
from toolkit.stack.server_commands import ALERTMANAGER, PROMETHEUS
from toolkit.stack.state import RunningStack

Up = Callable[..., RunningStack]


def _require_servers() -> None:
    """Skip where Prometheus or Alertmanager is not installed; in CI they must be."""
    for binary in (PROMETHEUS, ALERTMANAGER):
        required_programs.program(*binary.names)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The state folder of a stack that is ended after the test."""
    _require_servers()
    yield tmp_path / ".toolkit"
    start_and_stop.down(tmp_path / ".toolkit")


@pytest.fixture
def up(folder: Path) -> Iterator[Up]:
    """`local.up` with the small service, in `folder` unless another one is given."""
    folders = {folder}

    def start(config: Config, **options: object) -> RunningStack:
        given = {"state": folder, "files": small_stack.FILES, "serve": small_stack.SERVE, **options}
        folders.add(given["state"])  # type: ignore[arg-type]
        return start_and_stop.up(config, **given)  # type: ignore[arg-type]

    yield start
    for each in folders:
        start_and_stop.down(each)
