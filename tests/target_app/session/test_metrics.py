"""The facade: what each call counts, and that nothing it is told can harm the bot."""

import json
import math
import threading
from pathlib import Path

import pytest
from prometheus_client import generate_latest

from target_app.session import metrics as facade
from target_app.session.metrics import SessionMetrics, get_metrics, init_metrics


@pytest.fixture
def metrics(tmp_path: Path) -> SessionMetrics:
    return SessionMetrics(tmp_path, symbols=("BTC/USDT",), clock=lambda: 1_700_000_000.25)


def exposed(metrics: SessionMetrics) -> list[str]:
    return generate_latest(metrics.registry).decode().splitlines()


def test_the_summary_has_the_agreed_form(metrics: SessionMetrics) -> None:
    for _ in range(3):
        metrics.record_order_sent("BTC/USDT", "buy")
    metrics.record_order_filled("BTC/USDT", "buy", 20.0)
    metrics.record_order_filled("BTC/USDT", "sell", 40.0)
    metrics.record_order_failed("BTC/USDT", "buy", "insufficient_funds")
    metrics.record_intent_pending(4)
    metrics.record_intent_cleared("filled")
    metrics.record_stale_intent(61.5)
    metrics.record_budget_refresh(120.0, timed_out=False)
    metrics.record_budget_refresh(2000.0, timed_out=True)
    metrics.record_logging_timeout()
    assert metrics.get_summary() == {
        "timestamp": "2023-11-14T22:13:20.250+00:00",
        "version": 1,
        "counters": {
            "orders_sent": 3,
            "orders_filled": 2,
            "orders_failed": 1,
            "intents_cleared": 1,
            "intents_stale": 1,
            "budget_refresh_timeouts": 1,
        },
        "gauges": {"fill_rate": 2 / 3, "intents_pending": 4},
        "histograms": {
            "order_latency_ms": {"count": 2, "min": 20.0, "max": 40.0, "avg": 30.0},
            "budget_refresh_ms": {"count": 2, "min": 120.0, "max": 2000.0, "avg": 1060.0},
        },
        "observability": {"logging_timeouts": 1, "silent_failures": 0, "threads_stuck": 0},
    }
    lines = exposed(metrics)
    assert 'orders_sent_total{side="buy",symbol="BTC/USDT"} 3.0' in lines
    failed = 'orders_failed_total{error_code="insufficient_funds",side="buy",symbol="BTC/USDT"}'
    assert f"{failed} 1.0" in lines
    assert "order_fill_rate 0.6666666666666666" in lines
    assert 'order_execution_latency_seconds_bucket{le="0.025",side="buy"} 1.0' in lines
    assert 'order_execution_latency_seconds_sum{side="sell"} 0.04' in lines
    assert "stale_intent_age_s_sum 61.5" in lines
    assert "budget_refresh_timeouts_total 1.0" in lines


def test_before_the_first_event_everything_is_there_and_0(metrics: SessionMetrics) -> None:
    found = metrics.get_summary()
    assert set(found["counters"].values()) == {0}
    assert found["gauges"] == {"fill_rate": 0.0, "intents_pending": 0}
    assert found["histograms"]["order_latency_ms"] == {"count": 0, "min": 0, "max": 0, "avg": 0}
    lines = exposed(metrics)
    assert 'orders_sent_total{side="sell",symbol="BTC/USDT"} 0.0' in lines
    assert "silent_failures_total 0.0" in lines
    assert 'intents_cleared_total{reason="stale"} 0.0' in lines


def test_text_that_is_not_known_becomes_other(metrics: SessionMetrics) -> None:
    metrics.record_order_sent("BTC/USDT", "short")
    metrics.record_order_failed("BTC/USDT", "buy", "E-1234")
    metrics.record_intent_cleared("because")
    lines = exposed(metrics)
    assert 'orders_sent_total{side="other",symbol="BTC/USDT"} 1.0' in lines
    other = 'orders_failed_total{error_code="other",side="buy",symbol="BTC/USDT"} 1.0'
    assert other in lines
    assert 'intents_cleared_total{reason="other"} 1.0' in lines


def test_no_more_symbols_are_named_than_the_label_may_have(metrics: SessionMetrics) -> None:
    for number in range(40):
        metrics.record_order_sent(f"C{number}/USDT", "buy")
    sent = {line.partition(" ")[0] for line in exposed(metrics) if "orders_sent_total{" in line}
    assert len(sent) == 31 + 1 + 1  # BTC/USDT has a sell side too, and "other" is the 32nd
    assert 'orders_sent_total{side="buy",symbol="other"} 10.0' in exposed(metrics)
    assert metrics.get_summary()["counters"]["orders_sent"] == 40


@pytest.mark.parametrize("latency", [math.nan, math.inf, -math.inf])
def test_a_time_that_is_not_a_number_is_not_observed(
    metrics: SessionMetrics, latency: float
) -> None:
    metrics.record_order_filled("BTC/USDT", "buy", latency)
    metrics.record_stale_intent(latency)
    metrics.record_budget_available(latency)
    found = metrics.get_summary()
    assert found["counters"]["orders_filled"] == found["counters"]["intents_stale"] == 1
    assert found["histograms"]["order_latency_ms"]["count"] == 0
    json.dumps(found, allow_nan=False)


def test_a_clock_that_was_set_back_measures_nothing(metrics: SessionMetrics) -> None:
    metrics.record_order_filled("BTC/USDT", "buy", -5_000.0)
    latency = metrics.get_summary()["histograms"]["order_latency_ms"]
    assert (latency["count"], latency["min"], latency["max"]) == (1, 0.0, 0.0)


def test_a_reader_never_sees_half_a_summary(metrics: SessionMetrics) -> None:
    path = metrics.export_json()
    stop = threading.Event()
    broken: list[str] = []

    def read() -> None:
        while not stop.is_set():
            text = path.read_text(encoding="utf-8")
            if not text.endswith("}\n"):
                broken.append(text)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(200):
        metrics.record_order_sent("BTC/USDT", "buy")
        metrics.export_json()
    stop.set()
    reader.join()
    assert broken == []
    assert json.loads(path.read_text())["counters"]["orders_sent"] == 200
    assert [each.name for each in path.parent.iterdir()] == ["summary.json"]


def test_a_summary_that_cannot_be_written_leaves_the_one_before(
    metrics: SessionMetrics, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = metrics.export_json()
    before = path.read_text()
    metrics.record_order_sent("BTC/USDT", "buy")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space left"):
        metrics.export_json()
    assert path.read_text() == before
    assert [each.name for each in path.parent.iterdir()] == ["summary.json"]


def test_the_metrics_of_the_process_are_those_made_last(tmp_path: Path) -> None:
    first = init_metrics(tmp_path, enable_prometheus=True, prometheus_port=0)
    assert get_metrics() is first
    assert first.server is not None
    port = first.server.port
    second = init_metrics(session_dir=tmp_path, enable_prometheus=True, prometheus_port=port)
    assert get_metrics() is second  # the port was free again: the first one's server is closed
    second.close()


def test_metrics_that_nobody_made_are_asked_for_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facade._Current, "metrics", None)
    with pytest.raises(RuntimeError, match=r"call init_metrics\(session_dir=…\) first"):
        get_metrics()


def test_the_log_says_every_figure(
    metrics: SessionMetrics, caplog: pytest.LogCaptureFixture
) -> None:
    metrics.record_order_sent("BTC/USDT", "buy")
    with caplog.at_level("INFO", "trading_bot.metrics"):
        metrics.log_summary()
    assert "counters orders_sent: 1" in caplog.messages
    assert "gauges fill_rate: 0.0" in caplog.messages
