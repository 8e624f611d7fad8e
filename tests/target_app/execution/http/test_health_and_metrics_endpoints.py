"""What operators and scrapes see."""

from collections.abc import Callable
from pathlib import Path

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as plain_text

from target_app.catalogue import CATALOGUE
from target_app.execution.startup_and_drain import Phase
from tests.support.service_in_process import Served, order, settings

Serve = Callable[..., Served]


def test_the_scrape_holds_the_whole_catalogue_and_nothing_else(serve: Serve) -> None:
    text = serve().get("/metrics").body.decode()
    families = plain_text(text)
    exposed = {family.name: family.type for family in families}
    # The text parser takes `_total` off counters.
    declared = {x.name.removesuffix("_total"): x.kind.value for x in CATALOGUE.metrics}
    assert exposed == declared


def test_a_scraper_that_prefers_open_metrics_gets_it(serve: Serve) -> None:
    answer = serve().get("/metrics", headers=[("accept", "application/openmetrics-text")])
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert list(open_metrics(answer.body.decode()))  # type: ignore[no-untyped-call]


def test_closed_label_sets_start_at_zero(serve: Serve) -> None:
    families = serve().service.metrics.exposed().collect()  # once: thousands of series
    there = {(x.name, *sorted(x.labels.items())) for family in families for x in family.samples}
    for metric in CATALOGUE.metrics:
        known = {"exchange": ("paper",), "name": ("paper",), "symbol": ("BTC/USDT", "other")}
        for values in metric.label_sets(known):
            labels = {label.name: value for label, value in zip(metric.labels, values, strict=True)}
            series = f"{metric.name}_count" if metric.buckets else metric.name
            assert (series, *sorted(labels.items())) in there


def test_before_the_exchanges_are_loaded_the_port_answers_and_orders_wait(tmp_path: Path) -> None:
    service = Served(settings(tmp_path))
    service.start(ready=False)
    try:
        early = service.get("/ready")
        assert (early.status, early.json) == (503, {"status": "starting"})
        assert service.get("/health").json["phase"] == "starting"
        refused = service.send(order())
        assert (refused.status, refused.code) == (503, "not_ready")
        assert refused.headers["retry-after"] == "1"
        service.wait_for(lambda: service.service.lifecycle.phase is Phase.READY)
        assert service.get("/ready").status == 200
    finally:
        service.stop()


def test_a_balancer_may_ask_with_head(serve: Serve) -> None:
    service = serve()
    for path in ("/health", "/ready"):
        assert service.request("HEAD", path).status == 200


def test_a_method_that_is_not_served_is_told_which_are(serve: Serve) -> None:
    service = serve()
    for path, allowed in (
        ("/health", "GET, HEAD"),
        ("/ready", "GET, HEAD"),
        ("/webhook/tradingview", "POST"),
    ):
        answer = service.request("DELETE", path)
        assert (answer.status, answer.code) == (405, "method_not_allowed")
        assert answer.headers["allow"] == allowed
        assert answer.json["detail"] == f"Use {allowed}, not DELETE."
