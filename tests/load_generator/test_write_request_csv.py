"""The lines of one process."""

from pathlib import Path

import pytest

from tests.support.load_runs import judged
from toolkit.load_generator.write_request_csv import RequestLog


def test_a_line_is_csv_and_no_formula(tmp_path: Path) -> None:
    path = tmp_path / "a.part"
    log = RequestLog(str(path), "normal")
    log.record('say "hi", twice', judged(12.3456, message="no"))
    log.record("=cmd()", judged(1, "stale"))
    log.close()
    first, second = path.read_text(encoding="utf-8").splitlines()
    assert first.startswith('normal,"say ""hi"", twice",')
    assert first.endswith(",12.346,12.346,failed,200,unexpected_answer")
    assert second.startswith("normal,'=cmd(),")
    assert second.endswith(",1.000,1.000,refused,stale,")


def test_a_full_disk_costs_the_lines_and_not_the_run(caplog: pytest.LogCaptureFixture) -> None:
    log = RequestLog("/dev/full", "normal")
    log.record("order", judged())
    log.flush()
    log.record("order", judged())
    log.flush()
    assert "not written any more: No space left on device" in caplog.text
    assert len(caplog.records) == 1
