"""A secret comes from a file or out of a pipe, and never keeps a command waiting for ever."""

import os
import threading
from pathlib import Path

import pytest

from toolkit.secret_file import read_secret

ENOUGH_SECONDS = 60.0


def test_a_file_is_read_without_its_last_line_end(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("s3cret\n", encoding="utf-8")
    assert read_secret(path) == "s3cret"


def test_a_pipe_of_a_shell_is_read_to_its_end() -> None:
    reading, writing = os.pipe()
    os.write(writing, b"s3cret\n")
    os.close(writing)
    try:
        assert read_secret(Path(f"/dev/fd/{reading}"), ENOUGH_SECONDS) == "s3cret"
    finally:
        os.close(reading)


def test_a_fifo_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    # Opening it for writing waits for the reader.
    agent = threading.Thread(target=lambda: path.write_text("s3cret\n", encoding="utf-8"))
    agent.start()
    assert read_secret(path, ENOUGH_SECONDS) == "s3cret"
    agent.join()


def test_a_fifo_without_a_writer_is_told(tmp_path: Path) -> None:
    path = tmp_path / "fifo"
    os.mkfifo(path)
    with pytest.raises(TimeoutError) as caught:
        read_secret(path, 0.1)
    assert caught.value.strerror == "is a pipe into which nobody writes"


def test_a_folder_and_what_is_not_there_are_told(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError, match="is a folder"):
        read_secret(tmp_path)
    with pytest.raises(FileNotFoundError):
        read_secret(tmp_path / "away")


def test_what_never_ends_is_told() -> None:
    with pytest.raises(OSError, match="is longer than 1 MB, which no secret is"):
        read_secret(Path("/dev/zero"))
