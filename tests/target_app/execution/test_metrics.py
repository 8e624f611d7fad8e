"""One test for each metric, by name: what drives it, and that nothing else does."""

import math
from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import pytest
from ccxt.base.errors import InsufficientFunds, RateLimitExceeded

from target_app.catalogue import CATALOGUE
from tests.support.service_in_process import Served, order

Serve = Callable[..., Served]
Drive = Callable[[Serve], tuple[Served, dict[str, str]]]
# metric → what drives it, giving the service and the labels of the series that moved; and
# by how much. A test below holds that no metric of the catalogue is missing here.
DRIVERS: dict[str, tuple[Drive, float]] = {}


def moves(name: str, by: float = 1) -> Callable[[Drive], Drive]:
    def register(drive: Drive) -> Drive:
        assert name not in DRIVERS
        DRIVERS[name] = (drive, by)
        return drive

    return register


def client(service: Served) -> Any:
    return service.service.pipeline.manager.venues["paper"].client


def failing(service: Served, error: Exception) -> None:
    async def create_order(*_values: Any) -> Any:
        raise error

    client(service).create_order = create_order


@moves("execution_webhook_requests_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(source="ml_model"))
    return service, {"source": "ml_model", "symbol": "BTC/USDT", "status": "success"}


@moves("execution_webhook_processing_duration")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(source="backtester"))
    return service, {"source": "backtester"}


@moves("execution_webhook_validation_failures_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(side="hold", source="custom_bot", quantity=-1))
    return service, {"source": "custom_bot", "reason": "unknown"}


@moves("execution_webhook_signature_failures_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(source="ml_model"), secret="wrong")
    return service, {"source": "ml_model"}


@moves("execution_webhook_confidence_filtered_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(confidence=0.1, symbol="ETHUSDT"))
    return service, {"source": "tradingview", "symbol": "ETH/USDT"}


@moves("execution_webhook_stale_rejected_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(timestamp=1))
    return service, {"source": "tradingview"}


@moves("execution_active_requests")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.service.metrics.request_began()  # as a request that has not ended
    service.send()
    return service, {}


@moves("execution_orders_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(order_type="limit", price=60000))
    return service, {"exchange": "paper", "type": "limit", "status": "success"}


@moves("execution_order_execution_duration")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(stop_loss=60000))
    return service, {"exchange": "paper", "type": "stop_loss"}


@moves("execution_order_failures_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    failing(service, InsufficientFunds("too poor"))
    service.send()
    return service, {"exchange": "paper", "reason": "insufficient_funds"}


@moves("execution_order_size_usd")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send()
    return service, {"exchange": "paper"}


@moves("execution_position_size_pct")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve(sizing_method="volatility_adjusted")
    service.send(order(atr=500))
    return service, {"method": "volatility_adjusted"}


@moves("execution_exchange_connections")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return serve(), {"exchange": "paper"}


@moves("execution_exchange_api_calls_total", by=3)
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    failing(service, RateLimitExceeded("429"))
    service.send()
    return service, {"exchange": "paper", "endpoint": "create_order"}


@moves("execution_exchange_errors_total", by=3)
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    failing(service, RateLimitExceeded("429"))
    service.send()
    return service, {"exchange": "paper", "type": "rate_limited"}


@moves("execution_exchange_api_duration")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send()
    service.send(order(id="again, within the ticker's second"))
    return service, {"exchange": "paper", "endpoint": "fetch_ticker"}


@moves("execution_rate_limit_requests_total", by=2)
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(peer="192.0.2.77")
    service.send(peer="192.0.2.77", secret="wrong")
    return service, {"client": "192.0.2.77"}


@moves("execution_rate_limit_rejections_total", by=2)
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve(rate_limit_per_minute=1, rate_limit_burst=0)
    for _n in range(3):
        service.send(peer="192.0.2.77")
    return service, {"client": "192.0.2.77"}


@moves("execution_rate_limit_fallback")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve(redis_url="redis://127.0.0.1:1/0")  # nobody listens there
    service.send()
    return service, {}


def broken_exchange(serve: Serve) -> Served:
    service = serve(breaker_failures=1, breaker_cooldown_seconds=60)
    failing(service, RateLimitExceeded("429"))
    service.send(order(id="1"))
    service.send(order(id="2"))
    return service


@moves("execution_circuit_breaker_state", by=2)
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return broken_exchange(serve), {"name": "paper"}


@moves("execution_circuit_breaker_transitions_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return broken_exchange(serve), {"name": "paper", "from_state": "closed", "to_state": "open"}


@moves("execution_circuit_breaker_rejections_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return broken_exchange(serve), {"name": "paper"}


@moves("execution_ip_whitelist_checks_total", by=2)
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve(allowed_ips=("192.0.2.0/24",))
    for peer in ("192.0.2.1", "198.51.100.1", "192.0.2.2"):
        service.send(peer=peer)
    return service, {"result": "allowed"}


@moves("execution_ip_whitelist_rejections_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve(allowed_ips=("192.0.2.0/24",))
    for peer in ("192.0.2.1", "198.51.100.1", "192.0.2.2"):
        service.send(peer=peer)
    return service, {}


@moves("execution_audit_events_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return broken_exchange(serve), {"event_type": "breaker_opened", "severity": "critical"}


@moves("execution_validation_errors_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(side="hold", quantity=-1, symbol=None))
    return service, {"type": "missing", "field": "symbol"}


@moves("execution_normalization_operations_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(symbol="BTCUSDT", side="BUY"))
    return service, {"type": "case", "field": "side"}


@moves("execution_nan_replacements_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(order(stop_loss="NaN"))
    return service, {"field": "stop_loss"}


@moves("execution_pipeline_latency")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send(body=b"not JSON")
    return service, {}


@moves("execution_build_info")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    import platform

    return serve(), {"version": "0.1.0", "python": platform.python_version()}


@moves("execution_journal_write_duration", by=2)
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.send()  # one group for the intent, one for the result, which nobody waits for
    service.wait_for(lambda: service.value("execution_journal_write_duration_count") == 2)
    return service, {}


@moves("execution_journal_open_intents")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    from ccxt.base.errors import RequestTimeout

    service = serve(settle_seconds=60)
    service.send()
    service.wait_for(lambda: service.value("execution_journal_open_intents") == 0)
    failing(service, RequestTimeout("late"))
    service.send(order(id="of unknown fate"))
    return service, {}


@moves("execution_journal_errors_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    import sqlite3

    service = serve()
    other = sqlite3.connect(service.service.settings.journal)
    other.execute("DROP TABLE intents")
    other.close()
    assert service.send().code == "unavailable"
    return service, {}


@moves("execution_reconciled_intents_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    from ccxt.base.errors import RequestTimeout

    service = serve()
    failing(service, RequestTimeout("late"))
    service.send(order(id="x"))
    service.send(order(id="x"))  # waits for the first one's fate
    return service, {"result": "not_placed"}


def drilled(serve: Serve, fault: str) -> Served:
    service = serve(admin_token="t", watch_seconds=3600.0)
    body = b'{"fault":"%b"}' % fault.encode()
    service.request("POST", "/admin/faults", body=body, headers=[("authorization", "Bearer t")])
    return service


def without_protection(serve: Serve) -> Served:
    service = drilled(serve, "protection_errors")
    assert service.send(order(stop_loss=60000)).json["protected"] is False
    return service


def looked_at(service: Served) -> tuple[Served, dict[str, str]]:
    service.run(service.service.pipeline.watch.round())
    return service, {"exchange": "paper"}


@moves("execution_watched_positions")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve(watch_seconds=3600.0)
    service.send(order(take_profit=70000))
    return looked_at(service)


@moves("execution_protection_rounds_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return looked_at(serve(watch_seconds=3600.0))


@moves("execution_unprotected_positions")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return looked_at(without_protection(serve))


@moves("execution_protection_failures_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = without_protection(serve)
    return service, {"exchange": "paper", "type": "stop_loss", "reason": "rejected"}


@moves("execution_audit_lines_lost_total")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    with pytest.MonkeyPatch.context() as full:
        full.setattr("target_app.execution.audit_log_rotation._MOST_WAITING", 0)
        full.setattr("target_app.execution.audit_log_rotation.os.write", Mock(side_effect=OSError))
        service.send()
        service.service.audit.flush()
    return service, {}


@moves("execution_halted")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve(admin_token="t")
    service.request("POST", "/admin/halt", headers=[("authorization", "Bearer t")])
    return service, {}


@moves("execution_draining")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    service = serve()
    service.service.begin_draining()
    return service, {}


@moves("execution_faults_active")
def _(serve: Serve) -> tuple[Served, dict[str, str]]:
    return drilled(serve, "handler_delay"), {"fault": "handler_delay"}


@pytest.mark.parametrize("name", [metric.name for metric in CATALOGUE.metrics])
def test_moves(name: str, serve: Serve) -> None:
    drive, by = DRIVERS[name]
    service, labels = drive(serve)
    metric = next(metric for metric in CATALOGUE.metrics if metric.name == name)
    series = f"{name}_count" if metric.buckets else name
    assert service.value(series, **labels) == by
    # The other direction: only what happened has moved, and no series holds rubbish.
    for sample in service.samples(series):
        assert math.isfinite(sample.value)
    if metric.labels and name not in MOVES_MORE:
        moved = [s.labels for s in service.samples(series) if s.value]
        assert moved == [labels], moved


# Behind these one event moves several series, and the drivers look at one of them.
MOVES_MORE = {
    "execution_exchange_api_calls_total",  # markets and a price are asked for as well
    "execution_exchange_api_duration",
    "execution_order_execution_duration",  # the entry order, next to its stop-loss
    "execution_audit_events_total",  # every service starts
    "execution_ip_whitelist_checks_total",
    "execution_validation_errors_total",  # all problems count
    "execution_normalization_operations_total",
}


def test_every_metric_has_its_test() -> None:
    assert set(DRIVERS) == {metric.name for metric in CATALOGUE.metrics}
