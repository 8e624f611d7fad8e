"""Alerts that fire and deployments are drawn over the panels, and stay readable in an incident."""

import pytest

from tests.support.small_dashboards import board, drawn
from toolkit.grafana.write_annotation_queries import MOST_SAMPLES, annotations, step_seconds


def test_every_alert_is_one_region_and_informative_ones_are_none() -> None:
    """A region for each series of `ALERTS` paints the chart solid red."""
    builtin, alerts, deployments = annotations(board())
    assert builtin["builtIn"] == 1
    assert alerts["expr"] == (
        "max by (alertname, severity, component) "
        '(max_over_time(ALERTS{alertstate="firing",severity!="info"}[$__interval]))'
    )
    assert alerts["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
    assert alerts["hide"] is deployments["hide"] is False  # as Grafana saves them
    assert deployments["target"]["tags"] == ["deploy"]
    assert deployments["datasource"] == {"type": "grafana", "uid": "-- Grafana --"}
    assert drawn(board())["annotations"]["list"] == [builtin, alerts, deployments]


@pytest.mark.parametrize(
    ("since", "step"),
    [
        ("now-15m", "1m"),
        ("now-1h", "1m"),
        ("now-24h", "1m"),
        ("now-2d", "2m"),
        ("now-7d", "10m"),
        ("now-30d", "30m"),
    ],
)
def test_a_region_stays_whole_over_the_dashboards_range_and_over_a_day(
    since: str, step: str
) -> None:
    """Samples further apart than the step are not joined: the region becomes a fence of lines."""
    page = board(since=since)
    assert annotations(page)[1]["step"] == step
    number, unit = int(since[4:-1]), {"m": 60, "h": 3600, "d": 86_400}[since[-1]]
    assert step_seconds(page) * MOST_SAMPLES >= max(86_400, number * unit)


def test_a_range_of_years_has_a_step_too() -> None:
    assert step_seconds(board(since="now-300w")) == 2 * 86_400
