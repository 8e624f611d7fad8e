"""The panel and the runbook of what a watch has found."""

from dataclasses import replace

from tests.support import project_builder
from tests.support.fake_servers import stack
from toolkit.alerts import Severity
from toolkit.grafana.client import Grafana
from toolkit.validate import alert_links

DOWN = replace(
    project_builder.alert(name="AppDown", expr='up{job="app"} == 0', panel="Up"),
    severity=Severity.CRITICAL,
)
OTHER_DOWN = project_builder.alert(name="OtherDown", expr='up{job="other"} == 0', panel="Up")
UP = project_builder.panel("Up", 'up{job=~"$job"}')
PROJECT = project_builder.project(
    alerts=(OTHER_DOWN, DOWN, project_builder.alert()),
    dashboards=(project_builder.dashboard(project_builder.panel(), UP),),
)


def test_an_alert_on_another_job_is_not_where_to_look() -> None:
    look = alert_links.of_series(stack(project=PROJECT), {"up"}, job="other")
    assert look == "panel 'Up' of app; runbook https://runbooks.example.com/OtherDown"
    look = alert_links.of_series(stack(project=PROJECT), {"up"}, job="app")
    assert look == "panel 'Up' of app; runbook https://runbooks.example.com/AppDown"


def test_a_panel_is_shown_where_no_alert_watches_and_its_variable_may_be_any_job() -> None:
    look = alert_links.of_series(stack(project=PROJECT), {"up"}, job="third")
    assert look == "panel 'Up' of app"


def test_what_nothing_shows_is_said_so() -> None:
    look = alert_links.of_series(stack(project=PROJECT), {"app_latency_count"})
    assert look == alert_links.NOWHERE


def test_the_panel_has_an_address_where_there_is_a_grafana() -> None:
    with_grafana = replace(
        stack(project=PROJECT), grafana=Grafana("https://grafana.example.com/", "")
    )
    look = alert_links.of_alert(with_grafana, DOWN)
    assert look == (
        "panel 'Up' of app https://grafana.example.com/d/app?viewPanel=3; "
        "runbook https://runbooks.example.com/AppDown"
    )
