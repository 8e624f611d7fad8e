"""`unused-allow`: an allowance that allows nothing would allow the next finding."""

import pytest

from tests.support import project_builder
from toolkit.findings import Allow, Finding
from toolkit.lint import run
from toolkit.project import Project

RULES = run.rules(run.RULES)
REASON = "It is a test."


def messages(project: Project, *only: str) -> list[str]:
    found: tuple[Finding, ...] = run.run(project, RULES, only or ())
    return [x.message for x in found if x.rule == "unused-allow"]


def with_allow(expr: str, rule: str) -> Project:
    return project_builder.project_with(expr, allow=(Allow(rule, reason=REASON),))


def test_leaves_a_used_one_alone() -> None:
    found = run.run(
        with_allow("app_events_total > 5", "counter-without-rate"),
        RULES,
        ("counter-without-rate", "unused-allow"),
    )
    assert [(x.rule, x.allowed) for x in found] == [("counter-without-rate", REASON)]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("rate-of-gauge", "`rate-of-gauge` finds nothing here, so that there is nothing to allow."),
        ("rate-of-gauges", "there is no rule 'rate-of-gauges'; did you mean 'rate-of-gauge'?"),
    ],
)
def test_flags(rule: str, wanted: str) -> None:
    (message,) = messages(with_allow("app_queue_depth > 5", rule), "rate-of-gauge", "unused-allow")
    assert message.partition(" (known")[0] == wanted


def test_judges_no_rule_that_did_not_run() -> None:
    found = with_allow("app_queue_depth > 5", "rate-of-gauge")
    assert messages(found, "unknown-metric", "unused-allow") == []
