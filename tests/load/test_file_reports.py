"""Reports: what each holds, that they can be read back, and which cannot be written."""

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support.load_runs import OUTCOME, RUN, judged, result
from toolkit.errors import ConfigurationError, ExitStatus, UsageError
from toolkit.load import file_reports
from toolkit.load.results import LoadOutcome, LoadResult, Problem


def test_json_can_be_read_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    file_reports.write(path, file_reports.as_json(OUTCOME))
    assert file_reports.read(path) == (RUN,)
    document = json.loads(path.read_text())
    assert document["runs"][0]["verdicts"][0] == {
        "threshold": "p(95)<5",
        "kept": False,
        "measured": pytest.approx(57.4, rel=0.02),
        "operator": "<",
        "allowed": 5.0,
        "unit": "ms",
        "why": "",
    }
    assert [line["holds"] for line in document["conservation"]] == [True, False]


NO_REPORTS = {
    "nothing": (None, "No such file"),
    "no JSON": ("{", "not a report of a load"),
    "another JSON": ("[1]", "not a report of a load"),
    "half a report": ('{"format": 3, "runs": [{}]}', "not a report of a load"),
    "a later format": ('{"format": 4, "runs": []}', "a report of format 4, not 3"),
}


@pytest.mark.parametrize(("text", "message"), NO_REPORTS.values(), ids=NO_REPORTS)
def test_what_is_not_a_report_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "a.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message) as caught:
        file_reports.read(path)
    assert str(path) in str(caught.value)


NUMBERS = {
    "seconds": (("seconds",), "two"),
    "endless": (("seconds",), math.inf),
    "no number": (("started",), math.nan),
    "no date": (("started",), 1e300),
    "a bucket": (("figures", "names", "order", "durations", "counts"), {"1000000": 61}),
    "a bucket of a block": (
        ("figures", "names", "order", "blocks", "blocks", "0"),
        [1, 0, {"-1000000": 1}],
    ),
    "outcomes": (("figures", "names", "order", "outcomes", "accepted"), "many"),
    "counts": (("figures", "names", "order", "durations", "counts", "-231"), -5),
    "blocks of no length": (("figures", "names", "order", "blocks", "seconds"), 0),
    "a second": (("figures", "seconds", "0", 0), 10**30),
}


@pytest.mark.parametrize(("path", "value"), NUMBERS.values(), ids=NUMBERS)
def test_numbers_that_no_run_has_are_refused_before_anything_is_sent(
    tmp_path: Path, path: tuple[str | int, ...], value: object
) -> None:
    """They were read, and the comparison crashed when the load was over: its figures were lost."""
    document = json.loads(file_reports.as_json(OUTCOME))
    *way, last = path
    place = document["runs"][0]
    for step in way:
        place = place[step]
    assert last in place or isinstance(last, int)
    place[last] = value
    report = tmp_path / "x.json"
    report.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"x\.json: not a report of a load"):
        file_reports.read(report)


def test_csv_has_a_row_for_each_name_and_one_for_all() -> None:
    rows = list(csv.DictReader(file_reports.as_csv(OUTCOME).splitlines()))
    assert [row["name"] for row in rows] == ["order", "(all)"]
    assert [rows[0][key] for key in ("requests", "accepted", "refused", "failed")] == [
        "61",
        "59",
        "1",
        "1",
    ]
    assert float(rows[0]["p50_ms"]) == pytest.approx(30, rel=0.02)


def test_csv_holds_no_formula() -> None:
    run = result(judged())
    run.figures.names["=cmd()"] = run.figures.names.pop("order")
    assert "rush,'=cmd()," in file_reports.as_csv(LoadOutcome(results=(run,), verdicts=((),)))


def test_junit_has_a_case_for_answers_each_threshold_and_each_balance() -> None:
    root = ET.fromstring(file_reports.as_junit(OUTCOME))
    assert [(s.get("name"), s.get("tests"), s.get("failures")) for s in root] == [
        ("load: rush", "3", "2"),
        ("load: conservation", "2", "1"),
        ("load: comparison", "1", "1"),
    ]
    failed = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert failed == [
        "answers are as expected",
        "p(95)<5",
        "answers: duplicate",
        "rush is no worse than before",
    ]


def raising() -> LoadResult:
    run = result(judged())
    run.figures.raised.record("KeyError: 'x'", "")
    return run


NOT_CLEAN = {
    "the scenario raised": LoadOutcome(results=(raising(),), verdicts=((),)),
    "a worker was lost": LoadOutcome(
        results=(replace(result(judged()), lost=("worker 1 was lost",)),), verdicts=((),)
    ),
    "it ended early": LoadOutcome(
        results=(replace(result(judged()), aborted="every user had stopped"),), verdicts=((),)
    ),
    "it was interrupted": LoadOutcome(
        results=(replace(result(judged()), interrupted=True),), verdicts=((),)
    ),
    "a scenario of a mix has no result": LoadOutcome(
        results=(result(judged()),),
        verdicts=((),),
        problems=(Problem("error: calm: nothing answers.\n  fix: start it.", ExitStatus.UNKNOWN),),
    ),
    "nothing could be compared": replace(OUTCOME, balances=None, verdicts=((),)),
}


@pytest.mark.parametrize("outcome", NOT_CLEAN.values(), ids=NOT_CLEAN)
def test_junit_is_clean_only_where_the_exit_status_is(outcome: LoadOutcome) -> None:
    assert outcome.status is not ExitStatus.CLEAN or outcome.interrupted
    root = ET.fromstring(file_reports.as_junit(outcome))
    assert int(root.get("failures", 0)) + int(root.get("errors", 0)) > 0


def test_junit_of_a_run_that_passed_is_clean() -> None:
    passed = LoadOutcome(results=(result(judged()),), verdicts=((),))
    root = ET.fromstring(file_reports.as_junit(passed))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("1", "0", "0")


def test_a_report_of_an_unknown_kind_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match=r"--report a\.pdf: the name must end in one of \.csv"):
        file_reports.writers(["a.pdf"], {})


def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"file/a\.csv: cannot be written"):
        file_reports.write(tmp_path / "file" / "a.csv", "x")


def test_where_a_report_cannot_be_written_is_said_before_the_load(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    (tmp_path / "folder.csv").mkdir()
    file_reports.require_writable([tmp_path / "new/folder/a.csv", tmp_path / "a.csv"])
    with pytest.raises(ConfigurationError, match=r"--report .*file/a\.csv: .*file is not a folder"):
        file_reports.require_writable([tmp_path / "file/a.csv"])
    with pytest.raises(ConfigurationError, match=r"folder\.csv: is a folder"):
        file_reports.require_writable([tmp_path / "folder.csv"])


def test_csv_rows_hold_shares_rates_and_times() -> None:
    run = result(*[judged(10)] * 3, judged(20, message="no"))
    text = file_reports.as_csv(LoadOutcome(results=(run,), verdicts=((),)))
    header, row, every = csv.reader(text.splitlines())
    assert header[5:11] == ["failed", "success_percent", "rps", "mean_ms", "min_ms", "max_ms"]
    assert header[11:] == ["p50_ms", "p75_ms", "p90_ms", "p95_ms", "p99_ms", "p99.9_ms"]
    assert row[:8] == ["rush", "order", "4", "3", "0", "1", "75.000", "2.00"]
    assert row[8:11] == ["12.500", "10.000", "20.000"]
    assert every[1:] == ["(all)", *row[2:]]


def test_csv_of_nothing_is_zeros() -> None:
    run = result(seconds=2)
    text = file_reports.as_csv(LoadOutcome(results=(run,), verdicts=((),)))
    (row,) = list(csv.reader(text.splitlines()))[1:]
    assert row == ["rush", "(all)", "0", "0", "0", "0", "0.000", "0.00", *["0.000"] * 9]


def test_junit_says_what_failed_and_how_long_the_run_took() -> None:
    run = result(judged(), judged(message="no"), lost=("worker 1 was lost",), aborted="slow")
    clean = LoadOutcome(results=(result(judged()),), verdicts=((),))
    (suite,) = ET.fromstring(file_reports.as_junit(replace(clean, results=(run,))))
    (failure,) = suite.iter("failure")
    assert failure.get("message") == "1 × order: no"
    assert failure.text == "1 × order: no\nworker 1 was lost\nslow"
    assert float(suite.get("time") or 0) == 2
    assert list(ET.fromstring(file_reports.as_junit(clean)).iter("failure")) == []


def test_every_file_is_written_by_its_suffix(tmp_path: Path) -> None:
    paths = [str(tmp_path / f"a{suffix}") for suffix in (".json", ".csv", ".xml", ".html")]
    found = file_reports.writers(paths, {".html": lambda _outcome: "page"})
    assert [path.suffix for path in found] == [".json", ".csv", ".xml", ".html"]
    assert found[tmp_path / "a.json"] is file_reports.as_json
    assert found[tmp_path / "a.csv"] is file_reports.as_csv
    assert found[tmp_path / "a.xml"] is file_reports.as_junit
    assert found[tmp_path / "a.html"](OUTCOME) == "page"


def test_json_has_percentiles_by_name_with_their_units() -> None:
    run = result(*[judged(10)] * 98, judged(20), judged(500, message="no"))
    outcome = LoadOutcome(results=(run,), verdicts=((),))
    document = json.loads(file_reports.as_json(outcome))
    assert (document["verdict"], document["status"]) == ("failed", 1)
    assert document["reasons"] == ["1 of 100 requests failed"]
    (written,) = document["runs"]
    found = written["summary"]
    assert list(found["names"]) == ["order"]
    assert found["all"] == found["names"]["order"]
    assert (found["all"]["requests"], found["all"]["failed"]) == (100, 1)
    latency = found["all"]["latency_ms"]
    assert latency["p50"] == pytest.approx(10, rel=0.01)
    assert (latency["min"], latency["max"], latency["count"]) == (10, 500, 100)
    assert latency["mean"] == pytest.approx(15)
    assert found["connect_ms"] is None
    assert (found["tasks_due"], found["tasks_not_sent"]) == (100, 0)


def test_seconds_are_rows_of_their_own_file(tmp_path: Path) -> None:
    run = result(*[judged(10)] * 4, judged(20, message="no"), judged(20), seconds=2)
    outcome = LoadOutcome(results=(run,), verdicts=((),))
    (writer,) = file_reports.writers([str(tmp_path / "a.seconds.csv")], {}).values()
    rows = list(csv.DictReader(writer(outcome).splitlines()))
    assert [(row["second"], row["unix_time"], row["requests"], row["failed"]) for row in rows] == [
        ("0", "1700000000", "3", "0"),
        ("1", "1700000001", "3", "1"),
    ]
    assert [row["p50_ms"] for row in rows] == ["10.000", "20.000"]
