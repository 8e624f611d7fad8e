"""A collector that is away, refuses or does not answer: orders go on, and it is said once."""

import logging
import os
import socket
from pathlib import Path

import pytest

from target_app.execution.main import main
from target_app.tracing.start import open_tracer
from tests.support.otlp_receiver import OtlpReceiver
from tests.support.service_in_process import Served, order, served
from tests.support.wait_until import eventually

WEBHOOK = "POST /webhook/tradingview"


def lines(log: pytest.LogCaptureFixture) -> list[str]:
    """What was said of traces, by us or by the SDK."""
    said = [x for x in log.records if x.name.startswith(("target_app.tracing", "opentelemetry"))]
    return [x.getMessage() for x in said if not x.getMessage().startswith("traces go to")]


def sent(service: Served, count: int = 1) -> None:
    answers = [service.send(order(id=f"{os.urandom(8).hex()}")) for _ in range(count)]
    assert [x.status for x in answers] == [200] * count


def test_a_collector_that_refuses_is_told_once_and_once_more_when_it_takes_again(
    tmp_path: Path, collector: OtlpReceiver, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    collector.status = 400
    with served(tmp_path, tracer=tracer) as service:
        sent(service)
        eventually(lambda: collector.refused, "it refused")
        eventually(lambda: lines(caplog), "that was said")
        seen = collector.refused
        sent(service)
        eventually(lambda: collector.refused > seen, "it refused again")
        collector.status = 200
        sent(service)
        # The spans of the order before may come in two batches, the second of which is taken.
        collector.wait_for(lambda: bool(collector.named(WEBHOOK)), "a webhook's span")
        eventually(lambda: len(lines(caplog)) == 2, "it takes spans again")
    away, back = lines(caplog)
    where = f"{collector.url}/v1/traces"
    assert away == (
        f"{where} takes no spans, and they are lost: "
        "Failed to export spans batch code: 400, reason: Bad Request"
    )
    assert back.startswith(f"{where} takes spans again; ")
    assert int(back.rpartition("; ")[2].split()[0]) >= 2  # one a batch, at least


def test_orders_go_on_where_nobody_listens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "0.2")
    caplog.set_level(logging.INFO)
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # and never listens
        endpoint = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint})
        with served(tmp_path, tracer=tracer) as service:
            sent(service)
            eventually(lambda: lines(caplog), "that was said")
            sent(service, 2)
    (line,) = lines(caplog)
    assert line.startswith(f"{endpoint}/v1/traces takes no spans, and they are lost: ")


def test_a_collector_that_does_not_answer_holds_up_no_order_and_no_end(
    tmp_path: Path,
    collector: OtlpReceiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "600")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "4")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2")
    caplog.set_level(logging.INFO)
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    collector.answers.clear()
    with served(tmp_path, tracer=tracer) as service:
        sent(service)
        eventually(collector.holding.is_set, "a request waits for its answer")
        sent(service, 5)
    # The service has ended, and nobody has answered yet.
    assert lines(caplog) == ["spans are lost: they come faster than the collector takes them"]


def test_what_is_left_is_sent_at_the_end(
    tmp_path: Path, collector: OtlpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "3600000")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "gzip")
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    with served(tmp_path, tracer=tracer) as service:
        sent(service)
        assert collector.spans == []
    assert collector.one(WEBHOOK).attributes["webhook.status"] == "success"


def test_a_variable_that_is_wrong_stops_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXECUTION_WEBHOOK_SECRETS", "a-secret-made-for-tests")
    monkeypatch.setenv("EXECUTION_JOURNAL", str(tmp_path / "journal.db"))
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "jaeger")
    assert main([]) == 2
    assert "OTEL_TRACES_EXPORTER: 'jaeger' (known: none, otlp)" in capsys.readouterr().err
    assert not (tmp_path / "journal.db").exists()


def test_a_missing_installation_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    from toolkit.errors import ConfigurationError

    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(ConfigurationError, match="OpenTelemetry is not installed") as raised:
        open_tracer("execution", {"OTEL_TRACES_EXPORTER": "otlp"})
    assert "pip install 'observability-toolkit[reference]'" in (raised.value.fix or "")


def test_the_environment_names_the_service_before_we_do(
    tmp_path: Path, collector: OtlpReceiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_SERVICE_NAME", "desk-7")
    tracer = open_tracer("execution", {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url})
    with served(tmp_path, tracer=tracer) as service:
        sent(service)
        assert collector.one(WEBHOOK).service == "desk-7"
