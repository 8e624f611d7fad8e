"""Every shipped check has its failing twin: one thing broken, and the words that it is failed for.

What else each check says, and what it leaves alone, stands in the tests beside this one.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support import fake_grafana, project_builder
from tests.support.fake_grafana import EDITOR, State
from tests.support.fake_servers import (
    EXPOSITION,
    FakeAlertmanager,
    FakePrometheus,
    FakeService,
    stack,
)
from toolkit import find_definitions
from toolkit.alerts import Severity
from toolkit.deploy import dashboards_to_grafana as deploy
from toolkit.grafana.client import Grafana
from toolkit.prometheus.client import LoadedRule, LoadedRuleGroup, Sample, ScrapeTarget
from toolkit.routing import Receiver, Route, Routing, Webhook
from toolkit.validate import run_checks
from toolkit.validate.check import CheckedStack, CheckOutcome

Broken = Callable[[Path, State], CheckedStack]

PROJECT = project_builder.project(alerts=(project_builder.alert(),))
DESK = Receiver("desk", (Webhook(url="http://127.0.0.1:9/"),))
ROUTES = tuple(Route(severity=severity, receiver=DESK, repeat="4h") for severity in Severity)
ROUTED = replace(PROJECT, routing=Routing(routes=ROUTES))
FAILING = LoadedRule("f", "g", "Mine", "alerting", "up == 0", "err", "too many samples", {})


def prometheus(**changes: object) -> Broken:
    return lambda _root, _state: stack(
        project=PROJECT,
        prometheus=FakePrometheus(**changes),  # type: ignore[arg-type]
    )


def service(old: str, new: str) -> Broken:
    assert old in EXPOSITION
    return lambda _root, _state: stack(service=FakeService(EXPOSITION.replace(old, new)))


def grafana(change: Callable[[State], object]) -> Broken:
    def broken(_root: Path, state: State) -> CheckedStack:
        change(state)
        return replace(stack(project=PROJECT), grafana=Grafana(state.url, EDITOR))

    return broken


def on_disk(file: str = "", text: str = "") -> Broken:
    """The small project, of which nothing was built and nothing is measured."""

    def broken(root: Path, _state: State) -> CheckedStack:
        if file:
            (root / file).write_text(text, encoding="utf-8")
        return stack(project=find_definitions.load())

    return broken


TWINS: dict[str, tuple[Broken, str]] = {
    "prometheus-answers": (prometheus(release=""), "does not say its version"),
    "alertmanager-answers": (prometheus(receivers=()), "sends alerts to no Alertmanager"),
    "alertmanager-is-configured": (
        lambda _root, _state: stack(project=ROUTED, alertmanager=FakeAlertmanager(loaded={})),
        "is not loaded as generated",
    ),
    "clocks-agree": (
        prometheus(answers={"time()": (Sample({}, 0.0, 0.0),)}),
        "s apart from this machine",
    ),
    "configuration-is-in-force": (prometheus(took=False), "refused its configuration"),
    "evaluation-keeps-up": (
        prometheus(evaluated=(LoadedRuleGroup("g", 15.0, 14.0, datetime.now(UTC)),)),
        "takes 14.0 s to evaluate, every 15 s",
    ),
    "no-undeclared-rules": (prometheus(loaded=(FAILING,)), "no definition makes it"),
    "retention-covers-windows": (prometheus(retention=60.0), "and samples are kept for"),
    "rules-are-healthy": (prometheus(loaded=(FAILING,)), "fails: too many samples"),
    "rules-are-loaded": (prometheus(), "is not loaded"),
    "scrapes-are-quick": (
        prometheus(scraped=(ScrapeTarget("app", "http://app", "up", "", 9.0, 10.0),)),
        "took 9.00 s of 10 s",
    ),
    "targets-are-up": (
        prometheus(scraped=(ScrapeTarget("app", "http://app", "down", "refused"),)),
        "is down: refused",
    ),
    "datasources-match": (grafana(lambda state: state.datasources.clear()), "is not there"),
    "grafana-answers": (grafana(lambda state: setattr(state, "version", "9.5.2")), "Grafana 9.5.2"),
    "grafana-rules-match": (
        grafana(
            lambda state: setattr(state, "alert_rules", [{"title": "TooMany", "isPaused": True}])
        ),
        "is paused, so it never fires",
    ),
    "dashboards-match-code": (grafana(lambda state: state.dashboards.clear()), "not in Grafana"),
    "panels-have-data": (prometheus(), "is empty"),
    "labels-match-catalogue": (service('"read"', '"erase"'), "which is not declared"),
    "scrape-matches-catalogue": (service("queue_depth", "queue"), "is declared, and not exported"),
    "types-match-catalogue": (service("depth gauge", "depth untyped"), "declared as gauge"),
    "metrics-are-updated": (on_disk(), "no function of the service updates it"),
    "no-metric-outside-catalogue": (
        on_disk("shop/till.py", "from prometheus_client import Gauge\n\nG = Gauge('g', 'G.')\n"),
        "a Gauge is made with the client library itself",
    ),
    "alerts-are-proved": (on_disk(), "has no proof of a case in which it fires"),
    "alerts-can-be-drilled": (on_disk(), "fired_by ends the traffic"),
    "metrics-are-documented": (on_disk("README.md", "# Shop\n"), "is not in README.md"),
    "runbooks-exist": (on_disk(), "has no runbook page"),
}
CHECKS = {check.id: check for check in run_checks.checks(["validators"])}


@pytest.fixture
def state() -> Iterator[State]:
    """A Grafana to which everything was deployed."""
    with fake_grafana.serving(State()) as served:
        list(deploy.deploy(PROJECT, Grafana(served.url, EDITOR)))
        yield served


def test_no_check_is_without_its_twin() -> None:
    assert set(TWINS) == set(CHECKS)


@pytest.mark.parametrize("name", TWINS)
def test_it_fails_for_the_reason_that_it_claims(
    name: str, shop: WriteProject, state: State
) -> None:
    broken, words = TWINS[name]
    (result,) = run_checks.run(broken(shop(), state), (CHECKS[name],))
    assert result.outcome is CheckOutcome.FAILED, result.reason
    assert any(words in finding.message for finding in result.findings)
    assert all(finding.fix for finding in result.findings if finding.level == "error")
