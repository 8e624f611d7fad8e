"""The original StatsD server adds up what the bot sends, each kind as what it is."""

from pathlib import Path

import pytest

from target_app.session.metrics import SessionMetrics, init_metrics
from tests.support.npm_statsd import StatsdServer, statsd_server
from tests.support.wait_until import eventually

# UDP loses what a buffer cannot hold: so many calls are received before the next are made.
AT_ONCE, ROUNDS = 20, 10


@pytest.mark.programs
def test_the_original_server_has_the_same_figures(tmp_path: Path) -> None:
    with statsd_server(tmp_path) as server:
        metrics = init_metrics(
            tmp_path, enable_statsd=True, statsd_host="127.0.0.1", statsd_port=server.port
        )
        for turn in range(1, ROUNDS + 1):
            trade(metrics, turn)
            sent = turn * AT_ONCE
            eventually(lambda n=sent: counted(server, "orders.sent") == n, "all were received")  # type: ignore[misc]
        last = f"'trading_bot.intents.pending': {ROUNDS}"
        eventually(lambda: last in server.ask("gauges"), "the last was received")
        gauges, timers = server.ask("gauges"), server.ask("timers")
        failed = counted(server, "orders.failed")
        filled = counted(server, "orders.filled")
        metrics.close()
    summary = metrics.get_summary()
    assert filled == summary["counters"]["orders_filled"] == ROUNDS * 15
    assert "'trading_bot.orders.fill_rate': 0.75" in gauges
    assert failed == summary["counters"]["orders_failed"] == ROUNDS * 5
    # Milliseconds, as the server takes them.
    assert "'trading_bot.orders.latency': [" in timers
    assert "12.5" in timers


def trade(metrics: SessionMetrics, turn: int) -> None:
    """Twenty orders, fifteen of which are filled; the last datagram tells the turn."""
    for number in range(AT_ONCE):
        metrics.record_order_sent("BTC/USDT", "buy")
        if number % 4:
            metrics.record_order_filled("BTC/USDT", "buy", 12.5)
        else:
            metrics.record_order_failed("BTC/USDT", "buy", "timeout")
    metrics.record_intent_pending(turn)


def counted(server: StatsdServer, name: str) -> int:
    """A counter of the server."""
    for line in server.ask("counters").splitlines():
        key, _, value = line.partition(":")
        if key.strip(" '{,") == f"trading_bot.{name}":
            return int(value.strip(" ,}"))
    return 0
