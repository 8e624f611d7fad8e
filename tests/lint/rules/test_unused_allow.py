"""`unused-allow`: an allowance that allows nothing would allow the next finding."""

from datetime import date
from pathlib import Path

import pytest

from tests.support import project_builder
from toolkit import findings
from toolkit.errors import DefinitionError
from toolkit.findings import Allow, Finding
from toolkit.lint import run
from toolkit.lint.user_files_as_project import plain_project
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


def test_an_allowance_ends_with_its_last_day(monkeypatch: pytest.MonkeyPatch) -> None:
    ending = Allow("counter-without-rate", REASON, until="2027-03-01")
    project = project_builder.project_with("app_events_total > 5", allow=(ending,))
    only = ("counter-without-rate", "unused-allow")
    for day, allowed, told in (
        (date(2027, 3, 1), REASON, []),
        (date(2027, 3, 2), "", ["the allowance of `counter-without-rate` ended on 2027-03-01."]),
    ):
        monkeypatch.setattr(findings, "today", lambda day=day: day)
        found = run.run(project, RULES, only)
        assert [x.allowed for x in found if x.rule == "counter-without-rate"] == [allowed]
        assert [x.message for x in found if x.rule == "unused-allow"] == told


def test_a_last_day_is_a_day() -> None:
    with pytest.raises(DefinitionError, match="until '1 March' is not a day"):
        Allow("rate-of-gauge", REASON, until="1 March")


def test_an_allowance_of_a_group_or_a_file_is_for_all_its_rules(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(
        "# allow file recording-name: They are older than the rule.\n"
        "groups:\n- name: g\n  # allow group alert-always-fires: They are tests.\n  rules:\n"
        "  - {record: a, expr: up}\n  - {record: b, expr: up}\n  - {alert: X, expr: up}\n"
        "- name: h\n  rules:\n  - {record: c, expr: up}\n  - {alert: Y, expr: up}\n"
        "  # allow group unknown-alerts: A name that is wrong.\n"
    )
    only = ("recording-name", "alert-always-fires", "unused-allow")
    found = run.run(plain_project(None, [path], None), RULES, only)
    open_ = [(x.rule, x.subject) for x in found if not x.allowed]
    assert open_ == [("unused-allow", "c.allow"), ("alert-always-fires", "Y.expr")]
    assert len(found) == 6
