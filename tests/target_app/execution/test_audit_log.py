"""The audit log: what is decided is on disk, in order, rotated, and without secrets."""

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from target_app.execution.audit_log import AuditLog
from target_app.execution.audit_log_rotation import AuditFile
from tests.support.service_in_process import SECRET, Served, order

Serve = Callable[..., Served]


class Counts:
    """What was counted, in order."""

    def __init__(self) -> None:
        self.written: list[str] = []
        self.lost = 0

    def audited(self, event: str, _severity: str) -> None:
        self.written.append(event)

    def audit_line_lost(self) -> None:
        self.lost += 1


def log(path: Path, limit: int = 10_000) -> AuditLog:
    return AuditLog(AuditFile(path, limit=limit, kept=2, counts=Counts()), clock=lambda: 1.5)


def test_a_line_is_an_object_with_time_event_and_severity(tmp_path: Path) -> None:
    audit = log(tmp_path / "deep" / "audit.jsonl")
    audit.write("rate_limited", "warning", client="192.0.2.1", reason="x" * 5000)
    audit.close()
    line = json.loads((tmp_path / "deep" / "audit.jsonl").read_text())
    assert line == {
        "time": 1.5,
        "event": "rate_limited",
        "severity": "warning",
        "client": "192.0.2.1",
        "reason": "x" * 200,
    }
    assert (tmp_path / "deep" / "audit.jsonl").stat().st_mode & 0o777 == 0o600


def test_it_rotates_and_keeps_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = log(path, limit=200)
    for n in range(20):
        audit.write("started", "info", n=n)
        audit.flush()
    audit.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "audit.jsonl",
        "audit.jsonl.1",
        "audit.jsonl.2",
    ]
    kept = [
        json.loads(line)["n"]
        for name in ("audit.jsonl.2", "audit.jsonl.1", "audit.jsonl")
        for line in (tmp_path / name).read_text().splitlines()
    ]
    assert kept == list(range(20 - len(kept), 20))


def test_a_flood_of_refusals_erases_no_line_about_an_order(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    counts = Counts()
    audit = AuditLog(AuditFile(path, limit=4096, kept=2, counts=counts))
    for n in range(20):
        audit.write("order_accepted", "info", n=n)
    for _ in range(2000):
        audit.write("address_refused", "warning", client="192.0.2.1")
        audit.flush()
    audit.write("order_accepted", "info", n=20)
    audit.close()
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["n"] for line in told if line["event"] == "order_accepted"] == list(range(21))
    refused = [line for line in path.read_text().splitlines() if "refused" in line]
    assert 500 < sum(len(line) + 1 for line in refused) <= 1024
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "audit.jsonl",
        "audit.jsonl.refused",
        "audit.jsonl.refused.1",
    ]
    assert len(counts.written) == 2021
    for file in tmp_path.iterdir():
        assert file.stat().st_size <= 4096
        assert file.stat().st_mode & 0o777 == 0o600


def test_a_restart_does_not_give_strangers_a_new_share(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for _ in range(3):
        audit = log(path, limit=4096)
        for _ in range(40):
            audit.write("rate_limited", "warning", client="192.0.2.1")
        audit.close()
    assert path.stat().st_size <= 1024


def test_on_a_full_disk_lines_wait_whole_and_count_when_they_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "audit.jsonl"
    counts = Counts()
    audit = AuditLog(AuditFile(path, limit=10_000, kept=2, counts=counts))
    audit.write("started", "info")
    audit.flush()
    real = os.write
    room = 30

    def write(file: int, data: bytes) -> int:
        nonlocal room
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        part, room = min(room, len(data)), room - min(room, len(data))
        return real(file, data[:part])

    with monkeypatch.context() as full:
        full.setattr("os.write", write)
        for n in range(3):
            audit.write("order_accepted", "info", n=n)
            audit.flush()
        assert counts.written == ["started"]
        assert [json.loads(line)["event"] for line in path.read_text().splitlines()] == ["started"]
    audit.write("stopped", "info")
    audit.close()
    told = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("n") for line in told] == [None, 0, 1, 2, None]
    assert counts.written == ["started", *["order_accepted"] * 3, "stopped"]
    assert [r.getMessage() for r in caplog.records] == [
        "the audit log cannot be written, lines wait: [Errno 28] No space left on device",
        "the audit log is written again",
    ]


def test_lines_that_wait_too_long_are_counted_as_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = Counts()
    file = AuditFile(tmp_path / "audit.jsonl", limit=10_000, kept=2, counts=counts)

    def write(_file: int, _data: bytes) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("os.write", write)
    file.write([("order_accepted", "info", b"{}")] * 10_003)
    assert (counts.written, counts.lost) == ([], 3)
    file.close()
    assert counts.lost == 10_003


def test_every_refusal_is_logged_and_no_secret_is(serve: Serve) -> None:
    service = serve(webhook_passphrase="open-sesame", rate_limit_per_minute=9, rate_limit_burst=0)
    service.send(secret="not-the-secret")
    service.send(order(passphrase="not-the-passphrase"), secret=None)
    service.send(order(passphrase="open-sesame"), secret=None)
    service.send(order(id="fine"))
    service.send(body=b" " * 70_000)
    for _ in range(5):
        service.send()
    path = Path(service.service.settings.audit_log)
    service.run(service.until(path.exists))
    service.service.audit.flush()
    text = path.read_text()
    events = [json.loads(line)["event"] for line in text.splitlines()]
    assert events == [
        "started",
        "signature_failed",
        "signature_failed",
        "passphrase_used",
        "order_accepted",
        "order_accepted",
        "body_too_large",
        *["order_accepted"] * 4,
        "rate_limited",
    ]
    for secret in (SECRET, "open-sesame", "not-the-secret", "not-the-passphrase", "sha256="):
        assert secret not in text


def test_a_drill_loses_no_real_line(serve: Serve) -> None:
    service = serve(admin_token="a-token-made-for-tests")
    answer = service.request(
        "POST",
        "/admin/faults",
        body=b'{"fault":"audit_loss"}',
        headers=[("Authorization", "Bearer a-token-made-for-tests")],
    )
    assert answer.status == 200, answer.body
    service.send(order(id="a"))
    service.send(order(id="b"))
    service.service.audit.flush()
    lines = Path(service.service.settings.audit_log).read_text().splitlines()
    assert [json.loads(line)["event"] for line in lines] == [
        "started",
        "fault_set",
        "order_accepted",
        "order_accepted",
    ]
    assert service.value("execution_audit_lines_lost_total") >= 2
