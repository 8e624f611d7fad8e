"""What options of a load may be, and what is said of those that are not."""

import math
from pathlib import Path

import pytest

from toolkit.errors import UsageError
from toolkit.load import option_values as values

TIMES = {"": 0, "90": 90, "90s": 90, "1m": 60, "1m30s": 90, "2h": 7200, "2.0": 2}


@pytest.mark.parametrize("text", TIMES)
def test_a_time_is_seconds_or_a_duration(text: str) -> None:
    assert values.whole_seconds("--duration", text) == TIMES[text]


def test_a_timeout_may_be_a_part_of_a_second() -> None:
    assert values.seconds("--timeout", "250ms") == values.seconds("--timeout", "0.25") == 0.25


@pytest.mark.parametrize("text", ["0", "0s", "-1", "1x", "m", "nan", "1e3"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="write it like --duration 90s or 1m30s") as caught:
        values.whole_seconds("--duration", text)
    assert str(caught.value).startswith(f"--duration {text}: not a time above 0.")


def test_part_of_a_second_is_no_duration() -> None:
    with pytest.raises(UsageError, match=r"2500ms: not a whole number .*\n.*--duration 2s"):
        values.whole_seconds("--duration", "2500ms")


@pytest.mark.parametrize("number", [math.inf, math.nan, 1e7])
def test_a_rate_that_cannot_be_sent_is_refused(number: float) -> None:
    assert values.rate(None) == 0
    assert values.rate(5000.5) == 5000.5
    with pytest.raises(UsageError, match="not a rate that can be sent"):
        values.rate(number)


def test_a_file_is_absolute_since_locust_runs_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "stages.yml").write_text("", encoding="utf-8")
    assert values.file("--stages", "stages.yml") == str(tmp_path / "stages.yml")
    assert values.file("--stages", "") == ""
    with pytest.raises(UsageError, match=r"--ca-file no\.pem: No such file"):
        values.file("--ca-file", "no.pem")
    with pytest.raises(UsageError, match="Is a directory"):
        values.file("--ca-file", str(tmp_path))


@pytest.mark.parametrize("text", ["p:1", "https://p:1", "http://p", "http://:1", "http://p:x"])
def test_what_is_no_proxy_is_refused(text: str) -> None:
    assert values.proxy("http://me:secret@p:1") == "http://me:secret@p:1"
    with pytest.raises(UsageError, match="not the address of an HTTP proxy"):
        values.proxy(text)


@pytest.mark.parametrize("text", ["", "127.0.0.1:0", "0.0.0.0:9646", "[::]:9646", "load.example:1"])
def test_an_address_to_listen_on_is_taken_as_it_is(text: str) -> None:
    assert values.address("--metrics-address", text) == text


@pytest.mark.parametrize(
    "text", ["9646", "localhost", ":9646", "http://a:1", "a:1/x", "a:70000", "a:b", "u@a:1", "[::"]
)
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as caught:
        values.address("--metrics-address", text)
    assert caught.value.message == f"--metrics-address {text}: not an address to listen on."
    assert "0.0.0.0:9646" in (caught.value.fix or "")


def test_a_shape_is_one_of_those_there_are() -> None:
    assert (values.shape("--shape", ""), values.shape("--shape", "ramp")) == ("", "ramp")
    with pytest.raises(UsageError, match=r"^--shape: unknown shape 'spkie'; .* 'spike'\?"):
        values.shape("--shape", "spkie")
