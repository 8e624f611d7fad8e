"""Runs in a folder: what is kept, what is read, and the trend."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.load_runs import judged, result
from toolkit.errors import ConfigurationError
from toolkit.load import file_reports, history
from toolkit.load.results import LoadOutcome, LoadResult


def run(started: float, milliseconds: float = 10.0, scenario: str = "rush") -> LoadResult:
    return result(*[judged(milliseconds)] * 20, started=started, scenario=scenario)


def outcome(*runs: LoadResult) -> LoadOutcome:
    return LoadOutcome(results=runs, verdicts=tuple(() for _ in runs))


def test_each_run_is_kept_for_itself_and_read_by_scenario_the_oldest_first(tmp_path: Path) -> None:
    assert history.read(tmp_path / "none", ["rush"]) == ()
    late, early = run(1_700_000_100.0), run(1_700_000_000.0)
    (first,) = history.keep(tmp_path, outcome(late))
    assert first.name == "20231114T221500.000000-0-rush.json"
    history.keep(tmp_path, outcome(early, run(1_700_000_050.0, scenario="calm")))
    assert history.read(tmp_path, ["rush"]) == (early, late)
    assert len(history.read(tmp_path, ["rush", "calm"])) == 3


def test_two_commands_of_one_second_keep_a_run_each(tmp_path: Path) -> None:
    """Both said "kept", and the second had written over the first."""
    runs = run(1_700_000_000.25), run(1_700_000_000.5)
    for each in runs:
        history.keep(tmp_path, outcome(each))
    assert history.read(tmp_path, ["rush"]) == runs


def test_a_full_disk_leaves_no_half_report_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every later run with that folder was refused: "not a report of a load"."""

    def half(path: Path, text: str) -> None:
        path.write_text(text[:100], encoding="utf-8")
        raise ConfigurationError(f"{path}: cannot be written: No space left on device.")

    monkeypatch.setattr(file_reports, "write", half)
    with pytest.raises(ConfigurationError, match="No space left"):
        history.keep(tmp_path, outcome(run(1.0)))
    assert list(tmp_path.iterdir()) == []


class Slower:
    """A comparison that fails."""

    scenario, not_judged, regressions = "rush", "", ("P95",)

    def __init__(self, earlier: int) -> None:
        self.earlier = earlier


def test_a_run_that_failed_is_in_the_trend_and_no_measure(tmp_path: Path) -> None:
    """Otherwise three regressions would be what is usual, and the fourth would pass."""
    good, bad = run(1_700_000_000.0), run(1_700_000_050.0)
    history.keep(tmp_path, outcome(good))
    history.keep(tmp_path, replace(outcome(bad), comparisons=(Slower(3),)))
    assert history.read(tmp_path, ["rush"]) == (good, bad)
    assert history.read(tmp_path, ["rush"], failed=False) == (good,)
    # With fewer earlier ones chance is hardly known: the first runs are the measure in any case.
    early = run(1_700_000_070.0)
    history.keep(tmp_path, replace(outcome(early), comparisons=(Slower(2),)))
    assert history.read(tmp_path, ["rush"], failed=False) == (good, early)


def test_an_interrupted_run_is_not_kept(tmp_path: Path) -> None:
    assert history.keep(tmp_path, outcome(replace(run(1.0), interrupted=True))) == ()
    assert list(tmp_path.iterdir()) == []


def test_another_file_is_named_and_another_kind_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x", encoding="utf-8")
    assert history.read(tmp_path, ["rush"]) == ()
    (tmp_path / "x.json").write_text("{}", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"x\.json: not a report of a load"):
        history.read(tmp_path, ["rush"])


def test_a_folder_that_cannot_be_made_is_said_before_anything_is_sent(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"--history .*file: is not a folder"):
        history.require_folder(tmp_path / "file")


def test_the_first_run_has_no_earlier_ones() -> None:
    assert history.trend([], [run(5.0)]).startswith("rush, the first run: P95 ")


def test_the_trend_is_a_line_for_each_run_and_a_bar_for_each_p95() -> None:
    earlier = [run(1_700_000_000.0 + n, 10 * (n + 1)) for n in range(12)]
    other = replace(earlier[-1], workload=None)
    text = history.trend([*earlier[:-1], other, run(5.0, scenario="calm")], [earlier[0]])
    lines = text.splitlines()
    assert len(lines) == 1 + history.SHOWN
    assert lines[0] == "rush, the last 10 runs: P95 ▃▃▄▅▅▆▆▇█▁"
    assert lines[1] == (
        "  2023-11-14 22:13       10 /s  P50      40 ms  P95      40 ms  success 100.00%"
    )
    assert lines[9].endswith("(another load)")
