"""Checks of Prometheus and Alertmanager: each passes when all is well, and fails as it claims."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from tests.support.fake_servers import FakeAlertmanager, FakePrometheus, stack
from toolkit.alerts import Recording
from toolkit.prometheus.client import LoadedRule, ScrapeTarget
from toolkit.validate import run_checks
from toolkit.validate.check import Check, CheckedStack, CheckOutcome, NotYet
from validators.alertmanager_answers import CHECK as ALERTMANAGER
from validators.prometheus_answers import CHECK as PROMETHEUS
from validators.rules_are_healthy import CHECK as HEALTHY
from validators.rules_are_loaded import CHECK as LOADED
from validators.targets_are_up import CHECK as TARGETS

ALERT = project_builder.alert()
RECORDED = Recording(
    name="app:app_events:rate5m", expr="sum(rate(app_events_total[5m]))", because="It is heavy."
)
PROJECT = project_builder.project(alerts=(ALERT,), recordings=(RECORDED,))
RULES = (
    LoadedRule("f", "g", RECORDED.name, "recording", RECORDED.expr, "ok", "", {}),
    LoadedRule(
        "f",
        "g",
        ALERT.name,
        "alerting",
        "sum(rate(app_events_total[5m])) > 5",
        "ok",
        "",
        {"severity": "warning", "component": "app"},
    ),
)


def messages(check: Check, given: CheckedStack) -> list[str]:
    return [f"{f.subject}: {f.message}" if f.subject else f.message for f in check.run(given)]


def test_prometheus_that_says_its_version_passes() -> None:
    assert messages(PROMETHEUS, stack()) == []


def test_prometheus_without_a_version_fails() -> None:
    given = stack(prometheus=FakePrometheus(release=""))
    assert messages(PROMETHEUS, given) == ["http://prometheus:9090 does not say its version."]


def test_the_alertmanager_in_use_passes() -> None:
    assert messages(ALERTMANAGER, stack()) == []


def test_an_alertmanager_that_prometheus_does_not_use_fails() -> None:
    other = stack(alertmanager=FakeAlertmanager("http://elsewhere:9093"))
    assert messages(ALERTMANAGER, other) == [
        "Prometheus sends alerts to alertmanager:9093, not to elsewhere:9093."
    ]
    nobody = stack(prometheus=FakePrometheus(receivers=()))
    assert messages(ALERTMANAGER, nobody) == [
        "Prometheus sends alerts to no Alertmanager, not to alertmanager:9093."
    ]


def test_rules_loaded_as_declared_pass_whatever_their_spelling() -> None:
    respelled = replace(RULES[1], expr="sum(rate(app_events_total[5m]))  >  5")
    given = stack(project=PROJECT, prometheus=FakePrometheus(loaded=(RULES[0], respelled)))
    assert messages(LOADED, given) == []


def test_rules_that_are_missing_or_changed_fail() -> None:
    changed = replace(RULES[1], expr="sum(rate(app_events_total[5m])) > 6")
    given = stack(project=PROJECT, prometheus=FakePrometheus(loaded=(changed,)))
    assert messages(LOADED, given) == [
        "app:app_events:rate5m: is not loaded.",
        "TooMany: is loaded with another expression: sum(rate(app_events_total[5m])) > 6",
    ]


def test_a_changed_severity_is_named_on_both_sides() -> None:
    changed = replace(RULES[1], labels={"severity": "info", "component": "app"})
    given = stack(project=PROJECT, prometheus=FakePrometheus(loaded=(RULES[0], changed)))
    assert messages(LOADED, given) == [
        "TooMany: is loaded with the labels component=app, severity=info, "
        "not component=app, severity=warning."
    ]


def test_recordings_of_one_name_are_told_apart_by_their_labels() -> None:
    twins = tuple(replace(RECORDED, labels={"half": half}, expr=f"vector({half})") for half in "12")
    loaded = tuple(
        LoadedRule("f", "g", twin.name, "recording", twin.expr, "ok", "", twin.labels)
        for twin in twins
    )
    project = project_builder.project(recordings=twins)
    assert messages(LOADED, stack(project=project, prometheus=FakePrometheus(loaded=loaded))) == []
    swapped = (loaded[0], replace(loaded[1], expr="vector(1)"))
    given = stack(project=project, prometheus=FakePrometheus(loaded=swapped))
    assert messages(LOADED, given) == [
        "app:app_events:rate5m: is loaded with another expression: vector(1)"
    ]


def test_healthy_rules_pass() -> None:
    assert messages(HEALTHY, stack(prometheus=FakePrometheus(loaded=RULES))) == []


def test_a_rule_that_fails_is_named_with_the_servers_words() -> None:
    broken = replace(RULES[0], health="err", last_error="too many samples")
    given = stack(prometheus=FakePrometheus(loaded=(broken, RULES[1])))
    assert messages(HEALTHY, given) == ["app:app_events:rate5m: fails: too many samples"]


def test_a_rule_that_was_never_evaluated_leaves_the_answer_open() -> None:
    fresh = replace(RULES[1], health="unknown", every_seconds=60.0)
    given = stack(prometheus=FakePrometheus(loaded=(RULES[0], fresh)))
    with pytest.raises(NotYet) as caught:
        messages(HEALTHY, given)
    assert str(caught.value) == (
        "1 of 2 rules have not been evaluated since Prometheus started, TooMany among them.\n"
        "  fix: validate again in 60 s, or say --wait 60."
    )


def test_no_rules_at_all_is_no_health() -> None:
    assert messages(HEALTHY, stack()) == ["no rule is loaded at all."]


UP = tuple(
    ScrapeTarget(job, f"http://{job}/metrics", "up", "")
    for job in ("app", "prometheus", "alertmanager")
)


def test_targets_that_are_up_pass() -> None:
    assert messages(TARGETS, stack(prometheus=FakePrometheus(scraped=UP))) == []


def test_a_load_generator_that_has_gone_is_no_fault() -> None:
    gone = ScrapeTarget("locust", "http://locust/metrics", "down", "connection refused")
    assert messages(TARGETS, stack(prometheus=FakePrometheus(scraped=(*UP, gone)))) == []


def test_a_target_that_is_down_or_missing_fails() -> None:
    down = replace(UP[0], health="down", last_error="connection refused")
    given = stack(prometheus=FakePrometheus(scraped=(down, UP[1])))
    assert messages(TARGETS, given) == [
        "app: http://app/metrics is down: connection refused.",
        "alertmanager: has no target.",
    ]


def test_a_target_that_was_not_scraped_yet_leaves_the_answer_open() -> None:
    fresh = replace(UP[0], health="unknown")
    given = stack(prometheus=FakePrometheus(scraped=(fresh, *UP[1:])))
    with pytest.raises(NotYet) as caught:
        messages(TARGETS, given)
    assert str(caught.value) == (
        "http://app/metrics: not scraped yet.\n"
        "  fix: validate again in 15s, the scrape interval, or say --wait 15."
    )


def test_a_job_not_discovered_by_a_fresh_prometheus_leaves_the_answer_open() -> None:
    given = stack(prometheus=FakePrometheus(scraped=UP[:2], configured=3.0))
    with pytest.raises(NotYet) as caught:
        messages(TARGETS, given)
    assert str(caught.value) == (
        "Prometheus read its configuration 3 s ago, and has not discovered alertmanager yet.\n"
        "  fix: validate again in 15 s, or say --wait 15."
    )


def test_a_target_that_is_down_fails_though_others_were_not_scraped_yet() -> None:
    down = replace(UP[0], health="down", last_error="connection refused")
    fresh = replace(UP[1], health="unknown")
    given = stack(prometheus=FakePrometheus(scraped=(down, fresh), configured=3.0))
    (result,) = run_checks.run(given, (TARGETS,))
    assert result.outcome is CheckOutcome.FAILED
    assert [f.message for f in result.findings] == [
        "http://app/metrics is down: connection refused."
    ]


def test_a_fresh_prometheus_that_has_found_everything_passes() -> None:
    given = stack(prometheus=FakePrometheus(scraped=UP, configured=3.0))
    assert messages(TARGETS, given) == []
    assert messages(ALERTMANAGER, given) == []


def test_an_alertmanager_not_discovered_by_a_fresh_prometheus_leaves_the_answer_open() -> None:
    given = stack(prometheus=FakePrometheus(receivers=(), configured=3.0))
    with pytest.raises(NotYet, match="has not discovered alertmanager:9093 yet"):
        messages(ALERTMANAGER, given)


def test_a_rule_that_fails_is_told_though_others_were_never_evaluated() -> None:
    broken = replace(RULES[0], health="err", last_error="too many samples")
    fresh = replace(RULES[1], health="unknown")
    (result,) = run_checks.run(stack(prometheus=FakePrometheus(loaded=(broken, fresh))), (HEALTHY,))
    assert result.outcome is CheckOutcome.FAILED
    assert [f.message for f in result.findings] == ["fails: too many samples"]
