"""The logs stay after the stack has ended, and a reader gets whole lines."""

from pathlib import Path

import pytest

from toolkit.errors import StackError, UsageError
from toolkit.stack import logs


@pytest.fixture
def state(tmp_path: Path) -> Path:
    folder = logs.folder(tmp_path)
    folder.mkdir()
    (folder / "service.log").write_text("a\nb\nc\n", encoding="utf-8")
    (folder / "prometheus.log").write_bytes(b"\xff broken\n")
    return tmp_path


def test_every_log_or_those_named(state: Path) -> None:
    assert list(logs.files(state)) == ["prometheus", "service"]
    assert list(logs.files(state, ["service"])) == ["service"]


def test_an_unknown_server_is_answered_with_a_guess(state: Path) -> None:
    with pytest.raises(UsageError) as caught:
        logs.files(state, ["prometeus"])
    assert caught.value.message == (
        "'prometeus' has no log; did you mean 'prometheus'? (known: prometheus, service)"
    )


def test_no_stack_has_run(tmp_path: Path) -> None:
    with pytest.raises(StackError) as caught:
        logs.files(tmp_path)
    assert caught.value.message == f"{tmp_path / 'logs'}: no logs: no stack has run here."


def test_the_tail_is_at_most_what_there_is(state: Path) -> None:
    file = logs.files(state)["service"]
    assert logs.tail(file, 2) == ("b", "c")
    assert logs.tail(file, 9) == ("a", "b", "c")
    assert logs.tail(file, 0) == ()
    assert logs.tail(state / "missing.log", 2) == ()


def test_bytes_that_are_no_text_do_not_stop_the_reader(state: Path) -> None:
    assert logs.tail(logs.files(state)["prometheus"], 1) == ("\N{REPLACEMENT CHARACTER} broken",)


def test_what_is_written_later_is_followed_line_by_line(state: Path) -> None:
    # The reader looks for new lines only once it is asked for one, so nothing waits here.
    files = logs.files(state, ["service"])
    places = {"service": files["service"].stat().st_size}
    assert list(logs.fresh(files, places)) == []
    with files["service"].open("a", encoding="utf-8") as log:
        log.write("d\nhalf")
    assert list(logs.fresh(files, places)) == [("service", "d")]
    with files["service"].open("a", encoding="utf-8") as log:
        log.write(" and half\n")
    assert list(logs.fresh(files, places)) == [("service", "half and half")]


def test_a_log_that_a_new_up_began_anew_is_followed_from_its_start(state: Path) -> None:
    files = logs.files(state, ["service"])
    places = {"service": files["service"].stat().st_size}
    files["service"].write_text("z\n", encoding="utf-8")
    assert list(logs.fresh(files, places)) == [("service", "z")]
