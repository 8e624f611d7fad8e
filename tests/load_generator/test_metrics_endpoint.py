"""What the load generator exports is what its catalogue declares, no less and no more."""

import json
import logging
import socket
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from tests.support.load_runs import figures, judged
from toolkit.catalogues.load_generator import CATALOGUE, CODE, DURATION, NAME
from toolkit.errors import UsageError
from toolkit.load.statistics import Figures
from toolkit.load_generator.metrics_endpoint import Collector, Endpoint
from toolkit.prometheus import exposition

COUNTED = figures(
    *[judged(3)] * 3, judged(30, "stale"), judged(40, "stale"), judged(99, message="no"), name="a"
)


def exported(counted: Figures) -> str:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Collector(lambda: counted, lambda: 7))
    return generate_latest(registry).decode()


def value(text: str, series: str, /, **labels: str) -> float:
    (found,) = [
        s.value for s in exposition.samples(text) if s.name == series and s.labels == labels
    ]
    return found


def test_every_declared_metric_is_exported_with_its_type_and_labels() -> None:
    families = exposition.families(exported(COUNTED))
    assert set(families) == {metric.name for metric in CATALOGUE.metrics}
    for metric in CATALOGUE.metrics:
        family = families[metric.name]
        assert family.kind == metric.kind
        assert family.label_names == {label.name for label in metric.labels}
        assert family.help == metric.help
        for label in metric.labels:
            assert not label.values or family.values(label.name) == set(label.values)


def test_the_figures_are_those_that_were_counted() -> None:
    text = exported(COUNTED)
    assert value(text, "locust_users") == 7
    assert value(text, "locust_requests_total", name="a", outcome="accepted") == 3
    assert value(text, "locust_requests_total", name="a", outcome="refused") == 2
    assert value(text, "locust_requests_total", name="a", outcome="failed") == 1
    assert value(text, "locust_request_refusals_total", name="a", code="stale") == 2
    failures = "locust_request_failures_total"
    assert value(text, failures, name="a", reason="unexpected_answer") == 1
    assert value(text, failures, name="a", reason="timeout") == 0


def test_durations_are_in_the_declared_buckets_exactly() -> None:
    edge = DURATION.buckets[3]
    counted = figures(judged(edge * 1000), judged(edge * 1000 + 0.001), judged(60_000), name="a")
    text = exported(counted)
    bucket = f"{DURATION.name}_bucket"
    assert [value(text, bucket, name="a", le=bound) for bound in DURATION.bounds] == [
        *[0] * 3,
        1,
        *[2] * 10,
        3,
    ]
    assert value(text, f"{DURATION.name}_count", name="a") == 3


def test_before_anything_is_sent_nothing_is_claimed() -> None:
    families = exposition.families(exported(Figures()))
    assert families["locust_requests_total"].label_sets == ()


def test_names_beyond_the_bound_are_folded_and_none_is_lost() -> None:
    counted = Figures()
    for number in range(NAME.bound + 10):
        for _ in range(2 if number % 2 else 1):
            counted.record(f"n{number}", judged(), 1)
    text = exported(counted)
    named = {
        s.labels["name"] for s in exposition.samples(text) if s.name == "locust_requests_total"
    }
    assert len(named) == NAME.bound
    assert value(text, "locust_requests_total", name="other", outcome="accepted") == 11


def test_codes_beyond_the_bound_are_folded_and_none_is_lost() -> None:
    refused = [judged(answer=f"c{number}") for number in range(CODE.bound + 10)]
    text = exported(figures(*refused, judged(answer="c3"), name="a"))
    series = "locust_request_refusals_total"
    codes = [s.labels["code"] for s in exposition.samples(text) if s.name == series]
    assert len(codes) == CODE.bound
    assert value(text, series, name="a", code="c3") == 2
    assert value(text, series, name="a", code="other") == 11


def test_codes_within_the_bound_have_no_other() -> None:
    refused = [judged(answer=f"c{number}") for number in range(CODE.bound - 1)]
    assert 'code="other"' not in exported(figures(*refused, name="a"))


def test_prometheus_finds_the_address_until_the_end(tmp_path: Path) -> None:
    file = tmp_path / "targets" / "load.json"
    collector = Collector(lambda: COUNTED, lambda: 7)
    endpoint = Endpoint(collector, targets_file=str(file))
    assert json.loads(file.read_text(encoding="utf-8")) == [{"targets": [endpoint.address]}]
    assert list(file.parent.iterdir()) == [file]
    endpoint.close()
    assert list(file.parent.iterdir()) == []


def test_without_a_stack_the_log_alone_has_the_address(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    endpoint = Endpoint(Collector(lambda: COUNTED, lambda: 7))
    assert endpoint.address.startswith("127.0.0.1:")
    assert f"metrics on http://{endpoint.address}/metrics" in caplog.text
    assert not endpoint.address.endswith(":0")
    endpoint.close()


def test_an_address_that_is_taken_is_told() -> None:
    collector = Collector(lambda: COUNTED, lambda: 7)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(UsageError) as caught:
            Endpoint(collector, address=address)
    assert caught.value.message == (
        f"--metrics-address {address}: cannot listen there: Address already in use."
    )
