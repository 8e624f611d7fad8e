"""Durations as Prometheus writes them, and seconds as PromQL reads them."""

import pytest

from toolkit.durations import duration, in_words, plain, seconds, span
from toolkit.errors import ConfigurationError


@pytest.mark.parametrize(
    ("text", "wanted"),
    {
        "15s": 15,
        "1h30m": 5400,
        "250ms": 0.25,
        "2d": 172_800,
        "1w": 604_800,
        "1y": 31_536_000,
        "1m": 60,
        "0s": 0,
    }.items(),
)
def test_durations_are_read_in_seconds(text: str, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize(
    "text", ["", "5", "5 m", "m5", "1.5h", "-5m", "5m ", "\N{ARABIC-INDIC DIGIT FIVE}m"]
)
def test_what_is_not_a_duration_is_refused_with_examples(text: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        seconds(text)
    assert str(caught.value) == (
        f"{text!r} is not a duration.\n  fix: write it like 15s, 5m or 1h30m."
    )


@pytest.mark.parametrize(
    ("number", "text"), {15: "15", 0.25: "0.25", 1e-4: "0", 100: "100", 1e6: "1000000"}.items()
)
def test_seconds_are_written_to_the_millisecond_without_an_exponent(
    number: float, text: str
) -> None:
    assert plain(number) == text


def test_a_span_is_written_for_promql_and_for_people() -> None:
    assert [span(x) for x in (0.001, 2.5, 600)] == ["1ms", "2500ms", "600000ms"]
    words = [in_words(x) for x in (0.001, 0.4, 9, 59.7, 150, 3600, 3723)]
    assert words == ["0s", "0.4s", "9s", "1m", "2m30s", "1h", "1h2m3s"]


@pytest.mark.parametrize(
    ("number", "text"), [(120, "2m"), (15, "15s"), (3600, "1h"), (90, "90s"), (604800, "1w")]
)
def test_whole_seconds_have_a_shortest_form(number: float, text: str) -> None:
    assert duration(number) == text
