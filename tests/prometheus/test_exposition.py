"""Exposition text is read under the names that the catalogue uses."""

import pytest

from tests.support.fake_servers import EXPOSITION
from toolkit.prometheus.exposition import Exported, Family, ScrapeError, families, samples


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
        with pytest.raises(ScrapeError, match="/metrics is not the text exposition format: "):
            read("<html><body>404</body></html>")


def test_samples_have_the_names_that_queries_know() -> None:
    text = '# TYPE a counter\na_total{x="1"} 3\n# TYPE b histogram\nb_bucket{le="+Inf"} 2\n'
    assert samples(text) == (
        Exported("a_total", {"x": "1"}, 3.0), Exported("b_bucket", {"le": "+Inf"}, 2.0),
    )  # fmt: skip


def test_a_family_says_what_it_is_and_which_labels_its_samples_have() -> None:
    text = "# HELP a How many.\n# TYPE a gauge\n" + 'a{x="2"} 1\na{x="1"} 1\n'
    assert families(text)["a"] == Family("a", "gauge", "How many.", ({"x": "1"}, {"x": "2"}))
