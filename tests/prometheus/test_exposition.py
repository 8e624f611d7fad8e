"""Exposition text is read under the names that the catalogue uses."""

import pytest

from tests.support.fake_servers import EXPOSITION
from toolkit.prometheus.exposition import ScrapeError, families


def test_counters_keep_their_exposed_name() -> None:
    found = families(EXPOSITION)
    assert sorted(found) == ["app_events_total", "app_latency", "app_queue_depth"]
    assert found["app_events_total"].kind == "counter"
    assert found["app_events_total"].label_names == {"kind", "zone"}
    assert found["app_events_total"].values("zone") == {"eu"}


def test_a_histograms_le_is_no_label_of_its_own() -> None:
    assert families(EXPOSITION)["app_latency"].label_names == {"kind"}


def test_created_series_are_left_out() -> None:
    text = EXPOSITION + '# TYPE app_events_created gauge\napp_events_created{kind="read"} 1.7e9\n'
    assert "app_events_created" not in families(text)


def test_what_is_no_exposition_is_refused() -> None:
    with pytest.raises(ScrapeError, match="/metrics is not the text exposition format"):
        families("<html><body>404</body></html>")
