"""`substring-regexp`: patterns that look for a part of a value."""

from pathlib import Path

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.substring_regexp import RULE

FLAGGED = [
    'job=~"shop_.+_production"',
    'job=~".*error.*"',
    'job=~".*-prod"',
    'job!~"x|.*-prod"',
    'instance=~"web.+:9100"',
    'path=~"/api/.*/users"',
]
LEFT_ALONE = [
    'job=~"shop-.*"', 'code=~"5.."', 'code=~"5.*"', 'code!~"2..|3.."', 'job=~".+"', 'job="x.*y"',
    'path=~"/api/.*"', 'job=~"a|b"', 'job=~"$x.*y"', 'job=~"(a|b)-.*"', 'version=~"1.*.5"',
    'fstype!~"tmpfs|fuse.*"',
]  # fmt: skip


@pytest.mark.parametrize("matcher", FLAGGED)
def test_flags(matcher: str) -> None:
    (finding,) = RULE.check(project_builder.project_with(f"up{{{matcher}}} == 0"))
    assert finding.message == f"`{matcher}` looks for a part of the value."
    assert finding.span == (3, 3 + len(matcher))


@pytest.mark.parametrize("matcher", LEFT_ALONE)
def test_leaves_alone(matcher: str) -> None:
    found = project_builder.project_with(f"up{{{matcher}}} == 0")
    assert plain_rules.messages(RULE, found) == []


def test_a_pattern_is_said_once_in_a_file(tmp_path: Path) -> None:
    rules = [f"alert: A{n}\nexpr: up{{job=~'.*-x'}} == {n}" for n in (1, 2, 3)]
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, *rules)) == [
        "`job=~'.*-x'` looks for a part of the value, here and in 2 more places of this file."
    ]


@pytest.mark.parametrize(
    ("label", "fix"),
    [
        ("job", "name the jobs, or give what they share a label in scrape_configs."),
        ("path", "give the part a label of its own, where the value is made."),
    ],
)
def test_the_way_out_is_where_the_value_is_made(label: str, fix: str) -> None:
    (finding,) = RULE.check(project_builder.project_with(f'up{{{label}=~".*-x"}} == 0'))
    assert finding.fix == fix
