"""The alerts that are shipped: which there are, whom they reach, and that they are proved."""

import re
from urllib.parse import urlsplit

import pytest

from tests.support import required_programs
from tests.support.repository import ROOT
from toolkit import find_definitions
from toolkit.alerts import Severity
from toolkit.generate import runbooks
from toolkit.project import Project
from toolkit.prometheus.label_flow.result_labels import all_possible
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.rule_tests import mutation_score, run

EXECUTION = {
    Severity.CRITICAL: {
        "ExecutionServiceDown", "CircuitBreakerOpened", "HighOrderFailureRate",
        "SignatureVerificationFailures", "ExchangeDisconnected",
    },
    Severity.WARNING: {
        "HighWebhookLatency", "HighValidationFailureRate", "RateLimitRejections",
        "HighExchangeAPILatency", "HighExchangeErrorRate", "HighOrderExecutionLatency",
        "IPWhitelistRejections", "LowWebhookSuccessRate",
    },
    Severity.INFO: {
        "HighNaNReplacementRate", "LowConfidenceFiltering", "StaleWebhooks",
        "HighActiveRequests", "NoWebhookTraffic",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def shipped() -> Project:
    return find_definitions.load(ROOT)


def test_the_eighteen_alerts_and_their_severities(shipped: Project) -> None:
    (file,) = (file for file in shipped.rule_files if file.name == "execution")
    found = {
        severity: {alert.name for alert in file.alerts if alert.severity is severity}
        for severity in Severity
    }
    assert found == EXECUTION


def test_four_objectives_burn_at_four_paces(shipped: Project) -> None:
    (file,) = (file for file in shipped.rule_files if file.name == "objectives")
    assert len(file.alerts) == 16
    assert {group.interval for group in file.groups} == {"1m"}


def test_the_session_has_four_alerts(shipped: Project) -> None:
    (file,) = (file for file in shipped.rule_files if file.name == "session")
    assert {alert.name for alert in file.alerts} == {
        "LowFillRate",
        "StaleIntents",
        "BudgetRefreshTimeouts",
        "SessionSilentFailures",
    }


def test_the_trading_services_have_their_alerts_and_their_severities(shipped: Project) -> None:
    (file,) = (file for file in shipped.rule_files if file.name == "services")
    found = {alert.name: alert.severity for alert in file.alerts}
    assert found == {
        "ServiceDown": Severity.CRITICAL,
        "ServiceDegraded": Severity.WARNING,
        "EmergencyStop": Severity.CRITICAL,
        "DailyLossLimit": Severity.CRITICAL,
        "ModelDrift": Severity.WARNING,
        "EventLag": Severity.WARNING,
        "DeadLetters": Severity.WARNING,
        "EventsLost": Severity.CRITICAL,
    }


def test_every_alert_has_its_delivery(shipped: Project) -> None:
    assert shipped.routing is not None
    delivered = [name for delivery in shipped.routing.deliveries for name in delivery.alerts]
    assert sorted(delivered) == sorted(alert.name for alert in shipped.alerts)


def test_both_sides_of_an_inhibition_carry_the_labels_that_must_agree(shipped: Project) -> None:
    assert shipped.routing is not None
    by_name = {alert.name: alert for alert in shipped.alerts}
    for inhibition in shipped.routing.inhibitions:
        for name in (inhibition.source, *inhibition.alerts) if inhibition.equal else ():
            carried = all_possible(shipped.flow(tree(by_name[name].expr)).result)
            assert carried is not None
            assert set(inhibition.equal) <= carried, f"{name} has no {inhibition.equal}"


def test_links_of_runbooks_lead_somewhere(shipped: Project) -> None:
    pages = runbooks.pages(shipped, {})
    assert len(pages) == len(shipped.alerts) + 1
    for name, text in pages.items():
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert link in pages or urlsplit(link).scheme == "http", f"{name}: {link}"
    for alert in shipped.alerts:
        url = shipped.config.runbook_url.format(alert=alert.name)
        assert f"{url.rpartition('/')[2]}.md" in pages


def test_a_runbook_says_what_a_person_on_call_needs(shipped: Project) -> None:
    page = runbooks.pages(shipped, {})["HighOrderFailureRate.md"]
    sections = re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert sections == [
        "Meaning",
        "Impact",
        "First moves",
        "Why this number",
        "Related alerts",
        "Silence it",
        "How it was proved",
    ]
    assert "\n2. `insufficient_funds` or `permission_denied`: the account.\n" in page
    assert "[ExecutionServiceDown](ExecutionServiceDown.md) inhibits this one" in page
    assert "[HighExchangeErrorRate](HighExchangeErrorRate.md) is inhibited while this one" in page
    assert "amtool silence add alertname=HighOrderFailureRate" in page
    assert "/graph?g0.expr=" in page


def test_nothing_is_without_a_test(shipped: Project) -> None:
    found = run.coverage(shipped)
    counts = f"{len(shipped.alerts)} alerts and {len(shipped.recordings)} recordings"
    assert found.sentence == f"{counts}, all proved"


@required_programs.PROMTOOL
def test_the_tests_of_three_alerts_notice_every_change(shipped: Project) -> None:
    """The whole score is `toolkit test --mutate`; these three stand for it here."""
    chosen = ("CircuitBreakerOpened", "IPWhitelistRejections", "ExecutionServiceDown")
    score = mutation_score.run(shipped, 2, chosen)
    assert [x.mutant.change for x in score.results if x.survived] == []
    assert len(score.counted) > 25
