"""A recording answers as the server did, and says so where it cannot."""

from pathlib import Path

import pytest

from tests.support.made_up_prometheus import HOUR, World, dashboard, drawing_options
from toolkit.errors import RefusedError, UsageError
from toolkit.preview.data_source import Recorder, RequestedTime, read_recording
from toolkit.preview.draw_dashboard import collect
from toolkit.preview.time_range import TimeRange

REQUESTED = RequestedTime(now=HOUR.end, since="now-1h", until="now", scrape_interval="15s")


def test_a_recording_draws_the_same_page(tmp_path: Path) -> None:
    recorder = Recorder(World())
    first = collect(dashboard(), recorder, drawing_options())
    recorder.write(tmp_path / "kept.json", REQUESTED)
    again = read_recording(tmp_path / "kept.json")
    assert again.requested == REQUESTED
    assert collect(dashboard(), again, drawing_options()).data == first.data


def test_a_recording_is_the_same_bytes_whatever_came_first(tmp_path: Path) -> None:
    for name, questions in (("a", ("x", "y")), ("b", ("y", "x"))):
        recorder = Recorder(World())
        for question in questions:
            recorder.ask("/api/v1/query", {"query": question, "time": "1"})
        recorder.write(tmp_path / name, REQUESTED)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_recording_refuses_what_was_not_asked(tmp_path: Path) -> None:
    Recorder(World()).write(tmp_path / "kept.json", REQUESTED)
    with pytest.raises(RefusedError, match="the snapshot has no answer to this"):
        read_recording(tmp_path / "kept.json").ask("/api/v1/query", {"query": "up"})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 9}', '{"version": 1}'])
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="not a snapshot of this toolkit") as error:
        read_recording(path)
    assert f"--record {path}" in error.value.fix


def test_a_missing_recording_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file") as error:
        read_recording(tmp_path / "kept.json")
    assert "toolkit preview --record" in error.value.fix


OWN = {"time": {"from": "now-6h"}}
RANGES = {
    "the dashboard's own begin": ("", OWN, TimeRange(HOUR.end - 6 * 3600, HOUR.end)),
    "an hour where it has none": ("", {}, HOUR),
    "what the user asked for": ("now-15m", OWN, TimeRange(HOUR.end - 900, HOUR.end)),
}


@pytest.mark.parametrize(("since", "model", "expected"), RANGES.values(), ids=RANGES)
def test_the_time_range_of_a_dashboard(
    since: str, model: dict[str, object], expected: TimeRange
) -> None:
    requested = RequestedTime(now=HOUR.end, since=since, until="now", scrape_interval="15s")
    assert requested.range_of(model) == expected


YESTERDAY = {"time": {"from": "now-1d/d", "to": "now-1d/d"}, "timezone": "utc"}


def test_a_saved_time_that_is_rounded_is_the_days() -> None:
    requested = RequestedTime(now=HOUR.end, since="", until="", scrape_interval="15s")
    midnight = HOUR.end // 86_400 * 86_400
    found = requested.range_of(YESTERDAY)
    assert found.start == midnight - 86_400
    assert found.end == pytest.approx(midnight, abs=0.01)
    since = RequestedTime(now=HOUR.end, since="now-1h", until="", scrape_interval="15s")
    assert since.range_of(YESTERDAY) == HOUR, "a begin alone lasts until now"


def test_a_saved_time_that_is_none_is_told_to_be_the_dashboards() -> None:
    requested = RequestedTime(now=HOUR.end, since="", until="", scrape_interval="15s")
    with pytest.raises(UsageError) as raised:
        requested.range_of({"time": {"from": "soon", "to": "now"}})
    assert raised.value.message == (
        "the time that the dashboard was saved with: 'soon' is not a time."
    )
    assert raised.value.fix == "draw another with --from, such as --from now-1h."


@pytest.mark.parametrize(
    ("since", "saved", "expected"),
    [("", "now-1h", True), ("", "2026-05-01T12:00:00Z", False), ("now-5m", "2026-05-01", True)],
)
def test_whether_a_range_moves_with_the_clock(since: str, saved: str, expected: bool) -> None:  # noqa: FBT001
    requested = RequestedTime(now=HOUR.end, since=since, until="", scrape_interval="15s")
    assert requested.is_relative({"time": {"from": saved}}) is expected
