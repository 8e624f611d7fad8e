"""A line for each request: of one process and of several, and what cannot be written."""

import csv
from pathlib import Path

import pytest

from tests.support.http_server import serving
from tests.support.scenario_runs import JUDGED, remembering, run_scenario
from toolkit.errors import ConfigurationError
from toolkit.load import merge_request_csv
from toolkit.load.run import RunOptions
from toolkit.load.worker_processes import WorkerProcesses
from toolkit.load.workload import Loop

MIXED = (
    JUDGED
    + """
class Buyer(JudgedUser):
    @task
    def buy(self):
        with self.ask("GET", "/200", name="buy, quickly") as answer:
            answer.expect(200)
        with self.ask("GET", "/500", name="pay") as answer:
            answer.expect(200)
"""
)


@pytest.mark.programs
def test_every_request_has_a_line_whichever_process_sent_it(tmp_path: Path) -> None:
    path = tmp_path / "out/requests.csv"
    options = RunOptions(requests_csv=str(path), workers=WorkerProcesses(processes=2))
    with serving(remembering()) as url:
        outcome = run_scenario(
            tmp_path,
            MIXED,
            url,
            options=options,
            loop=Loop.CLOSED,
            users=4,
            requests=20,
            requests_file=str(path),
        )
    (result,) = outcome.results
    assert result.requests == 40
    assert outcome.problems == ()
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == 40
    assert {(r["scenario"], r["name"], r["outcome"], r["answer"], r["reason"]) for r in rows} == {
        ("buy", "buy, quickly", "accepted", "200", ""),
        ("buy", "pay", "failed", "500", "unexpected_answer"),
    }
    began = result.started
    assert all(began - 1 < float(row["due_unix"]) < began + result.seconds + 1 for row in rows)
    assert all(0 < float(r["service_time_ms"]) <= float(r["latency_ms"]) + 0.001 for r in rows)
    assert [each.name for each in path.parent.iterdir()] == ["requests.csv"]


def test_what_an_earlier_run_left_is_not_counted(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    Path(merge_request_csv.part(str(path), 7)).write_text("old\n", encoding="utf-8")
    merge_request_csv.prepare(path)
    Path(merge_request_csv.part(str(path), 8)).write_text("x\ny\n", encoding="utf-8")
    Path(merge_request_csv.part(str(path), 9)).write_text("z\n", encoding="utf-8")
    merge_request_csv.join(path, 3)
    assert path.read_text(encoding="utf-8") == merge_request_csv.HEADER + "x\ny\nz\n"


def test_lines_that_are_missing_and_a_folder_that_is_none_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    merge_request_csv.prepare(path)
    with pytest.raises(ConfigurationError, match=r"a\.csv: has 0 of 3 requests"):
        merge_request_csv.join(path, 3)
    with pytest.raises(ConfigurationError, match=r"--requests-csv .*b: (Not a|File)"):
        merge_request_csv.prepare(path / "b")


def test_the_folders_of_the_file_are_made_and_what_a_killed_run_left_is_gone(
    tmp_path: Path,
) -> None:
    path = tmp_path / "new/deep/requests.csv"
    merge_request_csv.prepare(path)
    assert path.read_text("utf-8") == merge_request_csv.HEADER
    left = Path(merge_request_csv.part(str(path), 7))
    left.write_text("half a line", "utf-8")
    path.write_text("old\n", "utf-8")
    merge_request_csv.prepare(path)
    assert list(path.parent.iterdir()) == [path]
    assert path.read_text("utf-8") == merge_request_csv.HEADER
