"""`missing-runbook`: the link that the person on call follows leads somewhere."""

from dataclasses import replace
from pathlib import Path

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.missing_runbook import RULE

WITH = "alert: A\nexpr: a > 1\nannotations:\n  runbook_url: https://x/A"
WITHOUT = "alert: B\nexpr: b > 1"


def test_flags_the_one_without_among_plain_rules(tmp_path: Path) -> None:
    found = plain_rules.project(tmp_path, WITH, WITHOUT)
    assert [(x.subject, x.message) for x in RULE.check(found)] == [
        ("B", "it has no runbook_url, and other alerts have one.")
    ]


def test_leaves_those_alone_who_write_none(tmp_path: Path) -> None:
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, WITHOUT)) == []


def test_a_definitions_address_ends_in_its_page() -> None:
    found = project_builder.project(alerts=(project_builder.alert(),))
    for url in ("https://x/{alert}", "https://x/{alert}.html", "https://x/page#{alert}"):
        good = replace(found, config=replace(found.config, runbook_url=url))
        assert plain_rules.messages(RULE, good) == []
    wrong = replace(found, config=replace(found.config, runbook_url="https://x/{alert}/edit"))
    assert plain_rules.messages(RULE, wrong) == [
        "its runbook_url 'https://x/TooMany/edit' names 'edit', and the page is TooMany.md."
    ]
