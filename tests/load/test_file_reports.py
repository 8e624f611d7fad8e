"""Reports: what each holds, that they can be read back, and which cannot be written."""

import csv
import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.support.load_runs import OUTCOME, RUN, judged, result
from toolkit.errors import ConfigurationError, UsageError
from toolkit.load import file_reports
from toolkit.load.results import LoadOutcome


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
    "half a report": ('{"format": 2, "runs": [{}]}', "not a report of a load"),
    "a later format": ('{"format": 3, "runs": []}', "a report of format 3, not 2"),
}


@pytest.mark.parametrize(("text", "message"), NO_REPORTS.values(), ids=NO_REPORTS)
def test_what_is_not_a_report_is_refused(tmp_path: Path, text: str | None, message: str) -> None:
    path = tmp_path / "a.json"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message) as caught:
        file_reports.read(path)
    assert str(path) in str(caught.value)


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
    ]
    failed = [
        case.get("name") for case in root.iter("testcase") if case.find("failure") is not None
    ]
    assert failed == ["answers are as expected", "p(95)<5", "answers: duplicate"]


def test_a_report_of_an_unknown_kind_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(UsageError, match=r"--report a\.pdf: the name must end in one of \.csv"):
        file_reports.writers(["a.pdf"], {})


def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"file/a\.csv: cannot be written"):
        file_reports.write(tmp_path / "file" / "a.csv", "x")
