"""Fixtures for all tests."""

import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from tests.support import project_builder, required_programs
from tests.support.project_copy import Copy

pytest_plugins = [
    "tests.support.garbage_collection",
    "tests.support.installed",
    "tests.support.loaded_service",
    "tests.support.made_up_prometheus",
    "tests.support.program_tests",
    "tests.support.reference_project",
]

WriteProject = Callable[..., Path]


def pytest_configure() -> None:
    """Let tests interrupt children, which background jobs and `nohup` have ignore it.

    What is ignored stays ignored in children; a handler of ours is the default in them.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda _number, _frame: None)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Look for what a test is marked to need."""
    for mark in item.iter_markers("needs"):
        for name in mark.args:
            required_programs.program(name)


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WriteProject]:
    """Write a whole project, enter its folder, and forget its modules afterwards."""
    path_before, modules_before = list(sys.path), set(sys.modules)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
        project_builder.write_project(tmp_path, changes)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    yield write
    sys.path[:] = path_before
    for name in set(sys.modules) - modules_before:
        if name.partition(".")[0] == "shop":
            del sys.modules[name]


@pytest.fixture
def copy(tmp_path: Path) -> Iterator[Copy]:
    """A copy of the project; a stack that a test leaves running is ended."""
    made = Copy(tmp_path)
    yield made
    made.toolkit("down")
