"""The audit log: what is decided is on disk, in order, rotated, and without secrets."""

import json
from collections.abc import Callable
from pathlib import Path

from prometheus_client import CollectorRegistry

from target_app.execution.audit import AuditLog
from target_app.execution.metrics import Metrics
from tests.support.service_in_process import SECRET, Served, order

Serve = Callable[..., Served]


def log(path: Path, limit: int = 10_000) -> AuditLog:
    metrics = Metrics(CollectorRegistry(), exchanges=("paper",), symbols=())
    return AuditLog(path, limit=limit, kept=2, metrics=metrics, clock=lambda: 1.5)


def test_a_line_is_an_object_with_time_event_and_severity(tmp_path: Path) -> None:
    audit = log(tmp_path / "deep" / "audit.jsonl")
    audit.write("rate_limited", "warning", client="192.0.2.1", reason="x" * 5000)
    audit.close()
    line = json.loads((tmp_path / "deep" / "audit.jsonl").read_text())
    assert line == {
        "time": 1.5, "event": "rate_limited", "severity": "warning",
        "client": "192.0.2.1", "reason": "x" * 200,
    }  # fmt: skip
    assert (tmp_path / "deep" / "audit.jsonl").stat().st_mode & 0o777 == 0o600


def test_it_rotates_and_keeps_the_newest(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    audit = log(path, limit=200)
    for n in range(20):
        audit.write("started", "info", n=n)
        audit.flush()
    audit.close()
    assert sorted(p.name for p in tmp_path.iterdir()) == [
        "audit.jsonl", "audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.lock",
    ]  # fmt: skip
    kept = [json.loads(line)["n"] for name in ("audit.jsonl.2", "audit.jsonl.1", "audit.jsonl")
            for line in (tmp_path / name).read_text().splitlines()]  # fmt: skip
    assert kept == list(range(20 - len(kept), 20))


def test_after_another_process_rotated_it_follows(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    one, two = log(path, limit=150), log(path, limit=150)
    for audit in (one, two):
        audit.write("started", "info")
        audit.flush()
    for audit in (one, two, one, two):
        audit.write("stopped", "info", padding="x" * 50)
        audit.flush()
    lines = [x for p in tmp_path.glob("audit.jsonl*") for x in p.read_text().splitlines()]
    assert len(lines) == 6
    one.close()
    two.close()


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
        "started", "signature_failed", "signature_failed", "passphrase_used", "order_accepted",
        "order_accepted", "body_too_large", *["order_accepted"] * 4, "rate_limited",
    ]  # fmt: skip
    for secret in (SECRET, "open-sesame", "not-the-secret", "not-the-passphrase", "sha256="):
        assert secret not in text
