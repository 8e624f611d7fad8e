"""What a check may ask of its stack, and how it says that it cannot tell yet."""

import pytest

from tests.support.fake_servers import FakePrometheus, stack
from toolkit.findings import Finding, Level
from toolkit.validate.check import Check, CheckGroup, CheckOutcome, NotYet, Skip


@pytest.mark.parametrize(("ago", "said"), {3.4: "3", 14.9: "15", -2.0: "0"}.items())
def test_what_prometheus_may_still_discover_is_not_known_yet(ago: float, said: str) -> None:
    checked = stack(prometheus=FakePrometheus(configured=ago))
    with pytest.raises(NotYet) as caught:
        checked.expect_discovery_of("till:9000")
    assert str(caught.value) == (
        f"Prometheus read its configuration {said} s ago, and has not discovered till:9000 yet.\n"
        "  fix: validate again in 15 s, or say --wait 15."
    )


def test_what_it_must_have_discovered_is_known() -> None:
    stack(prometheus=FakePrometheus(configured=15.0)).expect_discovery_of("till:9000")


def test_an_environment_without_a_grafana_skips() -> None:
    with pytest.raises(Skip, match=r"^this environment has no Grafana$"):
        stack().its_grafana()


def test_a_finding_is_an_error_of_its_check() -> None:
    check = Check("holds", "it holds", CheckGroup.TESTS, lambda _stack: iter(()), fix="Look.")
    assert check.wrong("is wrong.", subject="it") == Finding(
        rule="holds", level=Level.ERROR, message="is wrong.", fix="Look.", subject="it"
    )
    assert check.wrong("is wrong.", fix="correct it.").fix == "correct it."


def test_groups_are_numbered_as_a_person_would_ask() -> None:
    assert [(group.value, group.name) for group in CheckGroup] == [
        (1, "PROMETHEUS_RUNS"),
        (2, "PROMETHEUS_IS_CONFIGURED"),
        (3, "GRAFANA_RUNS"),
        (4, "DASHBOARDS"),
        (5, "CATALOGUE"),
        (6, "INSTRUMENTATION"),
        (7, "TESTS"),
        (8, "DOCUMENTATION"),
        (9, "WATCH"),
    ]


def test_outcomes_are_words_that_a_person_reads() -> None:
    assert [outcome.value for outcome in CheckOutcome] == ["passed", "failed", "skipped", "unknown"]
