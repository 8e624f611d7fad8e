"""What `up` wrote is what a later command reads, or it says why it cannot."""

import os
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from toolkit.config.pyproject import Addresses
from toolkit.errors import StackError
from toolkit.stack import state
from toolkit.stack.state import Phase, Running, RunningStack


def stack(folder: Path) -> RunningStack:
    return RunningStack(
        state=folder,
        phase=Phase.RUNNING,
        secret="0123",
        environment={"A": "b"},
        addresses=Addresses(
            services={"service": ("http://127.0.0.1:1",)},
            prometheus="http://127.0.0.1:2",
            alertmanager="http://127.0.0.1:3",
        ),
        components=(
            Running(
                name="service",
                pid=12,
                started=1.25,
                url="http://127.0.0.1:1",
                ready="/ready",
                log="/x/service.log",
            ),
        ),
    )


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    state.write(stack(tmp_path))
    assert state.read(tmp_path) == stack(tmp_path)


def test_only_the_owner_reads_the_secret(tmp_path: Path) -> None:
    folder = tmp_path / ".toolkit"
    state.write(stack(folder))
    assert (folder / "state.json").stat().st_mode & 0o777 == 0o600
    assert folder.stat().st_mode & 0o777 == 0o700


def test_nothing_else_is_left_in_the_folder(tmp_path: Path) -> None:
    state.write(stack(tmp_path))
    state.write(stack(tmp_path))
    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]


def test_no_file_means_no_stack(tmp_path: Path) -> None:
    assert state.read(tmp_path) is None
    state.write(stack(tmp_path))
    state.remove(tmp_path)
    state.remove(tmp_path)
    assert state.read(tmp_path) is None


BROKEN = {
    "half a file": '{"phase": "run',
    "no object": "[]",
    "a key is missing": '{"phase": "running"}',
    "an unknown phase": '{"phase": "flying"}',
    "an unknown server": '{"phase": "running", "secret": "", "environment": {}, '
    '"addresses": {"cache": ""}, "components": []}',
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_named_with_the_way_out(tmp_path: Path, text: str) -> None:
    state.path(tmp_path).write_text(text, encoding="utf-8")
    with pytest.raises(StackError) as caught:
        state.read(tmp_path)
    assert caught.value.message.startswith(f"{tmp_path / 'state.json'}: not a state file (")
    assert caught.value.message.endswith(").")
    assert caught.value.fix == (
        "run `toolkit down`: it ends what is left of the stack and removes the file."
    )


def test_two_commands_at_once_are_refused(tmp_path: Path) -> None:
    with state.locked(tmp_path), pytest.raises(StackError) as caught, state.locked(tmp_path):
        pass
    assert caught.value.message == (
        f"{tmp_path}: another command is starting or ending the stack here."
    )
    assert caught.value.fix == "wait until it is done, or stop it with Ctrl-C."
    with state.locked(tmp_path):
        pass


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state.write(stack(tmp_path))

    def full(_descriptor: int) -> NoReturn:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        state.write(replace(stack(tmp_path), phase=Phase.STOPPING))
    assert [file.name for file in tmp_path.iterdir()] == ["state.json"]
    assert state.read(tmp_path) == stack(tmp_path)


def test_the_file_is_json_that_a_person_can_read(tmp_path: Path) -> None:
    state.write(stack(tmp_path))
    text = state.path(tmp_path).read_text(encoding="utf-8")
    assert text.startswith(f'{{\n  "state": "{tmp_path}",\n  "phase": "running",\n')
    assert text.endswith("}\n")


def test_a_file_that_may_not_be_read_is_no_broken_one(tmp_path: Path) -> None:
    """`toolkit down`, the way out of a broken one, could not read it either."""
    state.path(tmp_path).mkdir()
    with pytest.raises(StackError) as caught:
        state.read(tmp_path)
    assert caught.value.message == f"{tmp_path / 'state.json'}: cannot be read: Is a directory."
    assert caught.value.fix == "run the command as the user who started the stack."
