"""What keeps a stack honest besides its rules: lag, time-outs, retention, clocks, drift."""

import copy
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.support import project_builder
from tests.support.fake_servers import FakeAlertmanager, FakePrometheus, stack
from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.alerts import Recording, Severity
from toolkit.prometheus.client import LoadedRule, LoadedRuleGroup, Sample, ScrapeTarget
from toolkit.routing import Inhibition, Receiver, Route, Routing, Webhook
from toolkit.time_intervals import Period, TimeInterval
from toolkit.validate.check import Check, CheckedStack, Skip
from validators.alertmanager_is_configured import CHECK as CONFIGURED
from validators.clocks_agree import CHECK as CLOCKS
from validators.evaluation_keeps_up import CHECK as EVALUATION
from validators.no_undeclared_rules import CHECK as UNDECLARED
from validators.retention_covers_windows import CHECK as RETENTION
from validators.scrapes_are_quick import CHECK as SCRAPES

DESK = Receiver("desk", (Webhook(url="http://127.0.0.1:9/"),))
ROUTING = Routing(
    routes=tuple(Route(severity=s, receiver=DESK, repeat="24h") for s in Severity),
    inhibitions=(Inhibition(source="A", components=("app", "till"), because="A says it."),),
)
ROUTED = replace(project_builder.project(), routing=ROUTING)


def messages(check: Check, given: CheckedStack) -> list[str]:
    return [f"{f.subject}: {f.message}" if f.subject else f.message for f in check.run(given)]


def loaded() -> dict[str, Any]:
    """The configuration as Alertmanager tells it: with defaults, in its own spelling."""
    config = copy.deepcopy(alertmanager_config(ROUTING))
    config["global"] = {"resolve_timeout": "5m"}
    config["route"]["repeat_interval"] = "1d"
    config["inhibit_rules"][0]["target_matchers"].reverse()
    config["receivers"][0]["webhook_configs"][0]["url"] = "<secret>"
    config["receivers"][0]["labels"] = {"name": "desk"}  # as Alertmanager 0.35 does
    return config


def configured(config: dict[str, Any]) -> list[str]:
    given = stack(project=ROUTED, alertmanager=FakeAlertmanager(loaded=config))
    return messages(CONFIGURED, given)


def test_the_generated_configuration_passes_in_alertmanagers_spelling() -> None:
    assert configured(loaded()) == []


def test_a_route_to_another_receiver_is_named() -> None:
    config = loaded()
    config["route"]["routes"][1]["receiver"] = "nobody"
    assert configured(config) == ["route.routes[1].receiver: is not loaded as generated."]


def test_a_route_added_by_hand_is_named() -> None:
    config = loaded()
    config["route"]["routes"].append({"receiver": "mine"})
    assert configured(config) == ["route.routes: is not loaded as generated."]


def test_a_receiver_without_its_means_is_named() -> None:
    config = loaded()
    del config["receivers"][0]["webhook_configs"]
    assert configured(config) == ["receivers[0].means: is not loaded as generated."]


def test_a_project_without_routes_has_nothing_to_compare() -> None:
    with pytest.raises(Skip, match="declares no routing"):
        messages(CONFIGURED, stack())


def evaluated(took: float, seconds_ago: float) -> list[str]:
    last = datetime.fromtimestamp(time.time() - seconds_ago, UTC)
    group = LoadedRuleGroup("app.group", 15.0, took, last)
    return messages(EVALUATION, stack(prometheus=FakePrometheus(evaluated=(group,))))


def test_a_group_in_time_passes() -> None:
    assert evaluated(0.2, 10) == []


def test_a_group_that_takes_most_of_its_interval_fails() -> None:
    assert evaluated(9.0, 10) == ["app.group: takes 9.0 s to evaluate, every 15 s."]


def test_a_group_that_is_late_fails() -> None:
    assert evaluated(0.2, 100) == ["app.group: was last evaluated 100 s ago, not every 15 s."]


def test_a_group_that_was_never_evaluated_is_no_lag() -> None:
    never = LoadedRuleGroup("app.group", 15.0, 0.0, datetime(1, 1, 1, tzinfo=UTC))
    assert messages(EVALUATION, stack(prometheus=FakePrometheus(evaluated=(never,)))) == []


def scraped(took: float, health: str = "up") -> list[str]:
    target = ScrapeTarget("app", "http://app/metrics", health, "", took, 10.0)
    return messages(SCRAPES, stack(prometheus=FakePrometheus(scraped=(target,))))


def test_a_scrape_near_its_timeout_fails() -> None:
    assert scraped(0.1) == []
    assert scraped(6.0) == ["app: http://app/metrics took 6.00 s of 10 s."]
    assert scraped(10.0, "down") == []  # targets-are-up says it


LONG = Recording(name="app:events:rate3d", expr="sum(rate(a[3d]))", because="It is heavy.")
READS = project_builder.project(
    alerts=(project_builder.alert(expr="app:events:rate3d > 5"),), recordings=(LONG,)
)


def kept(days: float | None) -> list[str]:
    retention = None if days is None else days * 86400
    given = stack(project=READS, prometheus=FakePrometheus(retention=retention))
    return messages(RETENTION, given)


def test_retention_under_an_alerts_window_fails_through_its_recordings() -> None:
    assert kept(7) == []
    assert kept(None) == []
    assert kept(1) == ["TooMany: looks back 72 h, and samples are kept for 24 h."]


def test_clocks_that_differ_fail() -> None:
    def asked(apart: float) -> list[str]:
        now = time.time() + apart
        answers = {"time()": (Sample({}, now, now),)}
        return messages(CLOCKS, stack(prometheus=FakePrometheus(answers=answers)))

    assert asked(0) == []
    assert asked(120) == ["http://prometheus:9090 is 120 s apart from this machine."]
    assert asked(-120) == ["http://prometheus:9090 is 120 s apart from this machine."]


def test_a_rule_that_no_definition_makes_is_named_with_its_file() -> None:
    ours = LoadedRule("app.yml", "g", "TooMany", "alerting", "up == 0", "ok", "", {})
    project = project_builder.project(alerts=(project_builder.alert(),))
    given = stack(project=project, prometheus=FakePrometheus(loaded=(ours,)))
    assert messages(UNDECLARED, given) == []
    theirs = replace(ours, name="Mine", file="/etc/mine.yml")
    given = stack(project=project, prometheus=FakePrometheus(loaded=(ours, theirs)))
    assert messages(UNDECLARED, given) == [
        "Mine: is loaded from /etc/mine.yml, and no definition makes it."
    ]


def test_a_period_that_was_changed_by_hand_is_named() -> None:
    week = TimeInterval("week", (Period(weekdays=("monday:friday",)),))
    muted = replace(ROUTING.routes[0], muted=(week,))
    routing = replace(ROUTING, routes=(muted, *ROUTING.routes[1:]))
    config = copy.deepcopy(alertmanager_config(routing))
    given = stack(
        project=replace(ROUTED, routing=routing), alertmanager=FakeAlertmanager(loaded=config)
    )
    assert messages(CONFIGURED, given) == []
    config["time_intervals"][0]["time_intervals"][0]["weekdays"] = ["monday:sunday"]
    assert messages(CONFIGURED, given) == [
        "time_intervals[0].time_intervals[0].weekdays[0]: is not loaded as generated."
    ]
