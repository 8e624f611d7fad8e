"""Instruments are what the catalogue says, and start at 0."""

from typing import Any

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from tests.support.project_builder import CATALOGUE, DEPTH, EVENTS, LATENCY
from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.errors import DefinitionError
from toolkit.instruments import GaugeMode, Instruments


def test_closed_label_sets_start_at_zero() -> None:
    registry = CollectorRegistry()
    Instruments(CATALOGUE, registry, known={"zone": ("eu",)})
    assert registry.get_sample_value("app_events_total", {"kind": "read", "zone": "eu"}) == 0
    assert registry.get_sample_value("app_latency_count", {"kind": "write"}) == 0


def test_labels_that_cannot_be_told_do_not_start() -> None:
    registry = CollectorRegistry()
    Instruments(CATALOGUE, registry)
    assert b"app_events_total{" not in generate_latest(registry)


def test_what_is_observed_is_exported_under_the_declared_name() -> None:
    registry = CollectorRegistry()
    instruments = Instruments(CATALOGUE, registry)
    instruments.counter(EVENTS).labels(kind="read", zone="eu").inc()
    instruments.gauge(DEPTH).labels(kind="read").set(3)
    instruments.histogram(LATENCY).labels(kind="read").observe(0.3)
    read = {"kind": "read"}
    assert registry.get_sample_value("app_events_total", {**read, "zone": "eu"}) == 1
    assert registry.get_sample_value("app_queue_depth", read) == 3
    assert registry.get_sample_value("app_latency_bucket", {**read, "le": "0.5"}) == 1
    assert registry.get_sample_value("app_latency_bucket", {**read, "le": "0.1"}) == 0
    assert b"_created" not in generate_latest(registry)


def test_a_metric_of_another_kind_is_not_handed_out() -> None:
    instruments = Instruments(CATALOGUE, CollectorRegistry())
    for ask, metric in (
        (instruments.counter, DEPTH),
        (instruments.gauge, LATENCY),
        (instruments.histogram, EVENTS),
    ):
        with pytest.raises(KeyError, match=metric.name):
            ask(metric)


def test_a_metric_that_the_catalogue_lacks_is_not_handed_out() -> None:
    other = Metric("app_other", Kind.GAUGE, "Another.", unit=Unit.COUNT)
    with pytest.raises(KeyError, match="app_other"):
        Instruments(CATALOGUE, CollectorRegistry()).gauge(other)


def test_gauges_of_several_processes_are_added_unless_said_otherwise() -> None:
    instruments = Instruments(CATALOGUE, CollectorRegistry())
    assert instruments.gauge(DEPTH)._multiprocess_mode == "livesum"
    modes: dict[str, GaugeMode] = {"app_queue_depth": "max"}
    instruments = Instruments(CATALOGUE, CollectorRegistry(), gauge_modes=modes)
    assert instruments.gauge(DEPTH)._multiprocess_mode == "max"


def test_summaries_and_info_metrics_are_made() -> None:
    registry = CollectorRegistry()
    took = Metric("app_took_seconds", Kind.SUMMARY, "Time.", unit=Unit.SECONDS)
    build = Metric(
        "app_build_info", Kind.INFO, "Build.", unit=Unit.STATE, labels=(Label("rev", at_most=1),)
    )
    instruments = Instruments(Catalogue((took, build)), registry)
    instruments.summary(took).observe(2)
    instruments.info(build).info({"rev": "a1"})
    assert registry.get_sample_value("app_took_seconds_sum") == 2
    assert registry.get_sample_value("app_build_info", {"rev": "a1"}) == 1


def test_foreign_metrics_are_left_to_others() -> None:
    registry = CollectorRegistry()
    theirs = Metric("Other", Kind.COUNTER, "", unit=Unit.COUNT, foreign=True)
    with pytest.raises(KeyError, match="Other"):
        Instruments(Catalogue((theirs,)), registry).counter(theirs)
    assert generate_latest(registry) == b""


NOT_MADE = {
    "a native histogram": {"kind": Kind.NATIVE_HISTOGRAM},
    "a metric of unknown kind": {"kind": Kind.UNKNOWN},
    "quantiles": {"kind": Kind.SUMMARY, "quantiles": (0.5,)},
}


@pytest.mark.parametrize(("what", "fields"), NOT_MADE.items(), ids=NOT_MADE)
def test_a_kind_that_the_library_lacks_is_refused(what: str, fields: dict[str, Any]) -> None:
    metric = Metric("app_x", help="X.", unit=Unit.COUNT, **fields)
    with pytest.raises(DefinitionError, match=f"^app_x: prometheus-client does not make {what}\\."):
        Instruments(Catalogue((metric,)), CollectorRegistry())


def test_wrong_arguments_are_named() -> None:
    registry = CollectorRegistry()
    with pytest.raises(DefinitionError) as caught:
        Instruments(CATALOGUE.metrics, registry)  # type: ignore[arg-type]
    assert "catalogue is (Metric(…)" in caught.value.message
    assert caught.value.message.endswith("it must be a Catalogue.")
    with pytest.raises(DefinitionError) as caught:
        Instruments(CATALOGUE, registry, gauge_modes={"x": "liveMax"})  # type: ignore[dict-item]
    assert 'gauge_modes["x"] is "liveMax"; it must be one of "all", "liveall"' in str(caught.value)
    assert "did you mean 'livemax'?" in caught.value.fix
