"""Heatmaps of Grafana 8 and older."""

from typing import Any

from toolkit.grafana.migration import heatmap


def test_settings_beside_the_options_become_options() -> None:
    panel: dict[str, Any] = {
        "type": "heatmap",
        "dataFormat": "tsbuckets",
        "hideZeroBuckets": True,
        "color": {"mode": "spectrum", "colorScheme": "interpolateSpectral", "exponent": 0.4},
        "yAxis": {"format": "s", "decimals": 1, "show": True},
        "yBucketBound": "upper",
        "reverseYBuckets": True,
        "legend": {"show": True},
        "cards": {"cardPadding": 2},
    }
    heatmap.migrate(panel)
    options = panel["options"]
    assert options["calculate"] is False
    assert (options["color"]["mode"], options["color"]["scheme"]) == ("scheme", "Spectral")
    assert options["filterValues"] == {"le": 1e-9}
    assert (options["yAxis"]["unit"], options["yAxis"]["reverse"]) == ("s", True)
    assert options["rowsFrame"]["layout"] == "le"
    assert (options["legend"]["show"], options["cellGap"]) == (True, 2)


def test_one_of_today_keeps_its_options_whatever_is_left_over() -> None:
    panel = {"type": "heatmap", "options": {"color": {"mode": "opacity"}}, "dataFormat": "x"}
    heatmap.migrate(panel)
    assert panel["options"] == {"color": {"mode": "opacity"}}


def test_buckets_that_grafana_made_itself_are_still_to_be_calculated() -> None:
    panel: dict[str, Any] = {"type": "heatmap", "dataFormat": "timeseries"}
    heatmap.migrate(panel)
    assert panel["options"]["calculate"] is True
