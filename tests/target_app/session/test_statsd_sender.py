"""What leaves as datagrams, and that nobody need listen."""

import logging
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from target_app.session.metrics import init_metrics
from target_app.session.statsd_sender import StatsdSender
from toolkit.errors import ConfigurationError


@pytest.fixture
def heard() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.settimeout(30)
        yield listener


def test_counters_gauges_and_timers_have_their_types_and_units(heard: socket.socket) -> None:
    sender = StatsdSender("localhost", heard.getsockname()[1])
    sender.count("orders.sent")
    sender.gauge("orders.fill_rate", 0.625)
    sender.timing("orders.latency", 12.5)
    assert [heard.recv(100) for _ in range(3)] == [
        b"trading_bot.orders.sent:1|c",
        b"trading_bot.orders.fill_rate:0.625|g",
        b"trading_bot.orders.latency:12.50000000|ms",
    ]
    assert sender.lost == 0
    sender.close()


def test_nobody_listens_and_the_bot_does_not_notice(
    heard: socket.socket, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = heard.getsockname()[1]
    heard.close()
    metrics = init_metrics(tmp_path, enable_statsd=True, statsd_host="127.0.0.1", statsd_port=port)
    for _ in range(50):
        metrics.record_order_sent("BTC/USDT", "buy")
    metrics.close()
    metrics.record_order_sent("BTC/USDT", "buy")  # a thread that ends later than its metrics
    assert metrics.get_summary()["counters"]["orders_sent"] == 51
    assert capsys.readouterr().err == ""


def test_no_figure_is_logged(heard: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    sender = StatsdSender("127.0.0.1", heard.getsockname()[1])
    sender.count("orders.sent")
    sender.gauge("orders.fill_rate", 0.5)
    assert caplog.records == []
    sender.close()


def test_a_listener_that_comes_later_hears_the_next_event(heard: socket.socket) -> None:
    address = heard.getsockname()
    heard.close()
    sender = StatsdSender(*address)
    sender.count("orders.sent")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as late:
        late.bind(address)
        late.settimeout(30)
        sender.count("orders.filled")
        assert late.recv(100) == b"trading_bot.orders.filled:1|c"
    sender.close()


def test_a_host_without_an_address_is_said_at_the_start() -> None:
    with pytest.raises(ConfigurationError) as caught:
        StatsdSender("no-such-host.invalid", 8125)
    assert "statsd_host: 'no-such-host.invalid' has no address: " in str(caught.value)
    assert caught.value.fix.startswith("correct the name")
