"""One running service for tests that leave it as they found it, and a factory for the others."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.support.service_in_process import Served, served
from tests.support.service_process import Server, execution


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Start the service as a process; what the test leaves running is killed."""
    started: list[Server] = []

    def start(*arguments: str, **options: Any) -> Server:
        started.append(execution(tmp_path, *arguments, **options))
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Start a service with the settings given; it is stopped after the test."""
    with ExitStack() as stack:
        count = 0

        def start(**values: Any) -> Served:
            nonlocal count
            count += 1
            return stack.enter_context(served(tmp_path / str(count), **values))

        yield start
