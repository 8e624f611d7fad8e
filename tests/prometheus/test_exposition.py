"""Exposition text is read under the names that the catalogue uses."""

import pytest

from tests.support.fake_servers import EXPOSITION
from toolkit.prometheus.exposition import (
    Exported,
    Family,
    ScrapeError,
    families,
    is_of_the_client_library,
    samples,
)


def test_counters_keep_their_exposed_name() -> None:
    found = families(EXPOSITION)
    assert sorted(found) == ["app_events_total", "app_latency", "app_queue_depth"]
    assert found["app_events_total"].kind == "counter"
    assert found["app_events_total"].label_names == {"kind", "zone"}
    assert found["app_events_total"].values("zone") == {"eu"}


def test_a_histograms_le_is_not_a_label_of_its_own() -> None:
    assert families(EXPOSITION)["app_latency"].label_names == {"kind"}


def test_created_series_are_left_out() -> None:
    text = EXPOSITION + '# TYPE app_events_created gauge\napp_events_created{kind="read"} 1.7e9\n'
    assert "app_events_created" not in families(text)


def test_what_is_not_an_exposition_is_refused() -> None:
    for read in (families, samples):
        with pytest.raises(ScrapeError) as caught:
            read("# HELP a A.\na 1\na one\n")
        assert caught.value.message == (
            "/metrics is not the text exposition format: line 3: 'a one'"
        )
        with pytest.raises(ScrapeError, match="/metrics is not the text exposition format: line 1"):
            read("<html><body>404</body></html>")


def test_samples_have_the_names_that_queries_know() -> None:
    text = '# TYPE a counter\na_total{x="1"} 3\n# TYPE b histogram\nb_bucket{le="+Inf"} 2\n'
    assert samples(text) == (
        Exported("a_total", {"x": "1"}, 3.0),
        Exported("b_bucket", {"le": "+Inf"}, 2.0),
    )


def test_a_family_says_what_it_is_and_which_labels_its_samples_have() -> None:
    text = "# HELP a How many.\n# TYPE a gauge\n" + 'a{x="2"} 1\na{x="1"} 1\n'
    assert families(text)["a"] == Family("a", "gauge", "How many.", ({"x": "1"}, {"x": "2"}))


ODD = """\
# TYPE foo counter
foo{a="1"} 1
# TYPE w_count gauge
w_count 3
# TYPE kube_pod_created gauge
kube_pod_created 1
# TYPE empty_total counter
# TYPE s summary
s{quantile="0.5"} 1
s_sum 1
s_count 1
noType{x="1 # {"} 2
# TYPE Weird:Name gauge
Weird:Name 1
# TYPE "http.server" counter
{"http.server","a.b"="1"} 1
# HELP om An OpenMetrics counter.
# TYPE om counter
om_total{x="1"} 1 # {trace_id="abc"} 0.5
om_created{x="1"} 1
# TYPE target info
target_info{v="1"} 1
# TYPE h histogram
h_bucket{le="0.1"} 1
h_bucket{le="+Inf"} 1
h_sum 1
h_count 1
# EOF
"""


def test_odd_names_and_openmetrics_are_read_as_they_are_exposed() -> None:
    found = families(ODD)
    assert {name: family.kind for name, family in found.items()} == {
        "foo": "counter",
        "w_count": "gauge",
        "kube_pod_created": "gauge",
        "empty_total": "counter",
        "s": "summary",
        "noType": "unknown",
        "Weird:Name": "gauge",
        "http.server": "counter",
        "om_total": "counter",
        "target_info": "info",
        "h": "histogram",
    }
    assert found["om_total"].help == "An OpenMetrics counter."
    assert found["noType"].values("x") == {"1 # {"}
    assert found["h"].bounds == ("0.1", "+Inf")
    assert found["s"].bounds == ("0.5",)
    assert "foo" in {sample.name for sample in samples(ODD)}


def test_a_family_that_comes_in_two_parts_is_one() -> None:
    text = '# TYPE a gauge\na{x="1"} 1\n# TYPE b gauge\nb 1\n' + 'a{x="2"} 1\n'
    assert families(text)["a"].values("x") == {"1", "2"}


@pytest.mark.parametrize(
    ("name", "is_of_it"),
    [
        ("process_cpu_seconds_total", True),
        ("process_virtual_memory_max_bytes", True),
        ("python_gc_objects_collected_total", True),
        ("go_memstats_alloc_bytes", True),
        ("go_sched_latencies_seconds", True),
        ("promhttp_metric_handler_requests_total", True),
        ("process_orders_total", False),
        ("go_moves_total", False),
        ("python_jobs_total", False),
    ],
)
def test_a_client_librarys_metrics_are_known_by_their_names(name: str, *, is_of_it: bool) -> None:
    assert is_of_the_client_library(name) is is_of_it


def test_creation_times_between_the_label_sets_of_openmetrics_do_not_tear_a_family() -> None:
    text = """# HELP took_seconds Took.
# TYPE took_seconds histogram
took_seconds_bucket{le="1.0",path="/a"} 1.0 # {trace_id="4bf92f"} 0.5 1.7e9
took_seconds_bucket{le="+Inf",path="/a"} 1.0
took_seconds_count{path="/a"} 1.0
took_seconds_sum{path="/a"} 0.5
took_seconds_created{path="/a"} 1.7e+09
took_seconds_bucket{le="1.0",path="/b"} 1.0
took_seconds_bucket{le="+Inf",path="/b"} 1.0
took_seconds_count{path="/b"} 1.0
took_seconds_sum{path="/b"} 0.5
took_seconds_created{path="/b"} 1.7e+09
# HELP job_seconds Job.
# TYPE job_seconds summary
job_seconds_count{job="a"} 1.0
job_seconds_sum{job="a"} 0.5
job_seconds_created{job="a"} 1.7e+09
job_seconds_count{job="b"} 1.0
job_seconds_sum{job="b"} 0.5
job_seconds_created{job="b"} 1.7e+09
# EOF
"""
    found = families(text)
    assert {name: (each.kind, each.help) for name, each in found.items()} == {
        "took_seconds": ("histogram", "Took."),
        "job_seconds": ("summary", "Job."),
    }
    assert found["took_seconds"].values("path") == {"/a", "/b"}
    assert found["took_seconds"].bounds == ("1.0", "+Inf")
    assert found["job_seconds"].values("job") == {"a", "b"}


def test_a_gauge_that_is_declared_by_a_histograms_name_stays_one() -> None:
    text = """# TYPE h histogram
h_bucket{le="+Inf"} 1
h_sum 1
# TYPE h_count gauge
h_count 3
"""
    assert {name: each.kind for name, each in families(text).items()} == {
        "h": "histogram",
        "h_count": "gauge",
    }


def test_a_gauge_histogram_is_its_series() -> None:
    text = """# TYPE depth gaugehistogram
depth_bucket{le="1"} 1
depth_gcount 2
depth_gsum 3
# EOF
"""
    assert set(families(text)) == {"depth_bucket", "depth_gcount", "depth_gsum"}


def test_escapes_of_a_help_are_those_of_its_format() -> None:
    lines = '# HELP a Say \\"so\\", \\\\ and\\nmore.\n# TYPE a gauge\na 1\n'
    assert families(lines)["a"].help == 'Say \\"so\\", \\ and\nmore.'
    assert families(f"{lines}# EOF\n")["a"].help == 'Say "so", \\ and\nmore.'
