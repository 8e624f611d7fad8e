"""Every scenario against a real service: what it sends, what it must see, and nothing lost."""

import random
import time
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from loadtests import _definitions
from loadtests._orders import CONFIDENCE_THRESHOLD, PRICES, SOURCES, Order, one_client, orders
from target_app.execution.http.client_address import site
from target_app.execution.response_bodies import CODES
from target_app.execution.settings import Settings
from tests.support import service_process
from tests.support.loaded_service import LIMITED, SendLoad
from tests.support.repository import ROOT
from toolkit.config import pyproject
from toolkit.errors import ExitStatus, UsageError
from toolkit.find_definitions import scenarios
from toolkit.load import locust_process, text_report

# scenario → (what is asked of it, the answers that must come and no others)
ASKED_AND_ANSWERED = {
    "normal": ({"rate": 100}, {"200", "low_confidence"}),
    "sustained": ({"rate": 100}, {"200", "low_confidence"}),
    "ramp": ({"rate": 100}, {"200", "low_confidence"}),
    "spike": ({"rate": 100}, {"200", "low_confidence"}),
    "soak": ({"rate": 100}, {"200", "low_confidence"}),
    "background": ({"users": 40, "seconds": 3}, {"200"}),
    "signature_failure": ({}, {"invalid_signature"}),
    "validation_failure": ({"rate": 100}, {"validation", "not_json", "too_large"}),
    "low_confidence": ({}, {"low_confidence"}),
    "stale": ({}, {"stale"}),
    "duplicate": ({}, {"200", "duplicate"}),
    "rate_limit": ({"rate": 400}, {"200", "rate_limited"}),
}
# Refusals of one kind stand for the others; `make test-long` runs all.
REFUSED_ALIKE = {"low_confidence", "stale", "duplicate", "background", "soak", "spike"}
REQUESTS = {"duplicate": 2}  # of one moment
# Ends when so many are answered, however long that takes.
FIFTY = {"rate": 50, "requests": 50, "seconds": 60}
NAMES = {
    "signature_failure": 4,
    "validation_failure": 11,
    "stale": 2,
    "duplicate": 2,
}


def test_every_scenario_is_tested() -> None:
    assert {*ASKED_AND_ANSWERED, "ip_reject"} == set(scenarios(pyproject.load(ROOT)))


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param(name, marks=[pytest.mark.long] if name in REFUSED_ALIKE else [])
        for name in ASKED_AND_ANSWERED
    ],
)
def test_a_scenario_sees_what_it_expects_and_the_service_counts_the_same(
    scenario: str, load: SendLoad
) -> None:
    asked, answers = ASKED_AND_ANSWERED[scenario]
    # Nothing here may depend on how fast the machine is.
    plan = {
        "scenario": scenario,
        "seconds": 1,
        "thresholds": ("p(95)<=60000", "unsent>=0"),
        **asked,
    }
    outcome = load(plan, conserve=True)
    (result,) = outcome.results
    assert result.errors == {}
    assert set(result.total.answers) == answers
    assert outcome.balances is not None
    assert [str(line) for line in outcome.balances if not line.holds] == []
    assert [str(v) for v in outcome.verdicts[0] if not v.kept] == []
    assert outcome.status is ExitStatus.CLEAN
    assert len(result.figures.names) == NAMES.get(scenario, 1)
    assert result.workload is not None
    if result.workload.due_requests is not None:
        assert result.requests + result.unsent == result.workload.due_requests * REQUESTS.get(
            scenario, 1
        )


def test_addresses_off_the_list_are_refused(load: SendLoad, tmp_path: Path) -> None:
    allowed = {"EXECUTION_ALLOWED_IPS": "192.0.2.0/24,127.0.0.1"}
    server = service_process.execution(tmp_path, ready=True, **LIMITED, **allowed)
    try:
        plan = {"scenario": "ip_reject", **FIFTY}
        outcome = load(plan, url=f"http://127.0.0.1:{server.port}", conserve=True)
        assert outcome.results[0].total.answers == {"forbidden": 50}
        assert outcome.status is ExitStatus.CLEAN
    finally:
        server.stop()


def test_a_service_without_an_allow_list_cannot_be_tested(load: SendLoad) -> None:
    with pytest.raises(UsageError, match="has no allow-list that this could test"):
        load({"scenario": "ip_reject", "seconds": 1})


def test_a_wrong_secret_is_an_unexpected_answer_that_shows_both(load: SendLoad) -> None:
    plan = {"scenario": "normal", "seconds": 1, "rate": 20}
    outcome = load(plan, secret="of-another-client")
    assert outcome.status is ExitStatus.FINDINGS
    (message,) = [m for m in outcome.results[0].errors if "expected 200" in m]
    assert message.startswith(
        'webhook: valid: expected 200, got 401: {"duplicate":false,"type":"urn:execution:problem:'
        'invalid_signature"'
    )
    assert len(message.partition("got 401: ")[2]) == 200
    text = text_report.render(outcome, _definitions.LOAD)
    assert "every failure was refused with 401: is --secret the service's secret?" in text


def test_without_a_secret_nothing_is_sent(load: SendLoad) -> None:
    with pytest.raises(UsageError, match="no webhook secret: set EXECUTION_WEBHOOK_SECRETS"):
        load({"scenario": "normal", "seconds": 1}, secret="")


def test_a_missed_threshold_is_named_measured_and_allowed(load: SendLoad) -> None:
    outcome = load({"scenario": "normal", "seconds": 1, "thresholds": ("rps>=100000",)})
    assert outcome.status is ExitStatus.FINDINGS
    verdict = outcome.verdicts[0][0]
    assert str(verdict).startswith("✗ rps>=100000: ")
    assert str(verdict).endswith(" /s, allowed >= 100000 /s")


def test_a_run_stops_at_the_first_threshold_that_is_missed(load: SendLoad) -> None:
    plan = {
        "scenario": "normal",
        "seconds": 600,
        "rate": 50,
        "abort": True,
        "thresholds": ("max<0.001",),
    }
    outcome = load(plan)
    (result,) = outcome.results
    assert result.aborted.startswith("✗ max<0.001: ")
    assert result.workload is not None
    assert 0 < result.requests < (result.workload.due_requests or 0)
    assert outcome.status is ExitStatus.FINDINGS
    assert "! aborted after" in text_report.render(outcome, _definitions.LOAD)


def test_the_balances_differ_when_another_client_sends(load: SendLoad, service: str) -> None:
    """Another run at the same time, of which the first knows nothing."""
    plan = {"scenario": "stale", **FIFTY}
    with pytest.MonkeyPatch.context() as patch:
        alone = locust_process.run

        def crowded(*arguments: object, **options: object) -> object:
            client = service_process.Client(int(service.rpartition(":")[2]))
            client.send({"symbol": "BTC/USDT", "side": "buy", "timestamp": time.time()})
            client.close()
            return alone(*arguments, **options)  # type: ignore[arg-type]

        patch.setattr(locust_process, "run", crowded)
        outcome = load(plan, conserve=True)
    assert outcome.status is ExitStatus.FINDINGS
    assert outcome.balances is not None
    assert [str(line) for line in outcome.balances if not line.holds] == [
        "✗ answers: success: sent 0, counted 1 "
        '(execution_webhook_requests_total{status="success"})',
        "✗ orders: one for each 200 that is not a duplicate: sent 0, counted 1 "
        '(execution_orders_total{type=~"market|limit",status="success"})',
    ]
    assert "Conservation DIFFERS: 15 of 17 balances agree, 50 requests sent" in text_report.render(
        outcome, _definitions.LOAD
    )


# --- what is sent, without sending it ---


def test_the_same_seed_gives_the_same_orders_and_another_seed_others() -> None:
    def payloads(seed: str, run: str) -> list[dict[str, object]]:
        return [
            {k: v for k, v in order.payload.items() if k not in {"id", "timestamp"}}
            for order in islice(orders(seed, run), 50)
        ]

    assert payloads("1", "a") == payloads("1", "b")
    assert payloads("1", "a") != payloads("2", "a")


def test_another_run_has_other_clients_and_ids() -> None:
    first, second = (list(islice(orders("1", run), 50)) for run in ("a", "b"))
    assert not {site(o.client) for o in first} & {site(o.client) for o in second}
    assert not {o.payload["id"] for o in first} & {o.payload["id"] for o in second}


def test_orders_are_what_the_desk_sends() -> None:
    drawn: list[Order] = list(islice(orders("1", "run"), 2000))
    payloads = [order.payload for order in drawn]
    assert {p["symbol"] for p in payloads} == set(PRICES)
    assert {p["source"] for p in payloads} == set(SOURCES)
    assert {p["order_type"] for p in payloads} == {"market", "limit"}
    assert all(0.5 <= p["confidence"] <= 1 for p in payloads)
    assert 0.1 < sum(not order.is_confident for order in drawn) / len(drawn) < 0.3
    for field in ("stop_loss", "take_profit"):
        assert 0.2 < sum(field in p for p in payloads) / len(payloads) < 0.4
    assert len({p["id"] for p in payloads}) == len(payloads)


def test_no_simulated_client_reaches_the_default_limit() -> None:
    limit = Settings(webhook_secrets=("x",)).rate_limit_per_minute
    counts = Counter(site(order.client) for order in islice(orders("1", "run"), 5000))
    assert max(counts.values()) <= limit / 2
    assert len({site(one_client(f"run {n}")) for n in range(20)}) == 20


def test_the_scenarios_know_the_services_own_numbers_and_codes() -> None:
    settings = Settings(webhook_secrets=("x",))
    assert settings.min_confidence == CONFIDENCE_THRESHOLD
    by_status: dict[str, set[str]] = {}
    for code, (_, _, status) in CODES.items():
        by_status.setdefault(status, set()).add(code)
    ours = {status: set(codes) for status, codes in _definitions.CODES.items()}
    assert ours.pop("success") == {"200"}
    assert ours.pop("duplicate") == {"duplicate"}
    assert ours == by_status


def test_one_clients_address_is_of_the_documentation_range() -> None:
    assert one_client(str(random.Random(1).random())).startswith("2001:db8:ffff:")
