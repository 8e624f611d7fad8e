"""`redundant-regexp`: a pattern without need."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.redundant_regexp import RULE

FLAGGED = {
    'x{a=~"b"}': 'write a="b".',
    'x{a!~"b"}': 'write a!="b".',
    'x{a=~"^b.*$"}': 'write a=~"b.*": both ends are anchored anyway.',
    'x{a=~".*"}': "drop it: it matches everything.",
    'x{a!~".*"}': "drop it: it matches nothing.",
}
LEFT_ALONE = ['x{a="b"}', 'x{a=~"b|c"}', 'x{a=~"b.+"}', 'x{a=~".+"}', 'x{a=~"$zone"}']


@pytest.mark.parametrize(("expr", "fix"), FLAGGED.items(), ids=FLAGGED)
def test_flags(expr: str, fix: str) -> None:
    (finding,) = RULE.check(project_builder.project_with(f"{expr} > 1"))
    assert finding.fix == fix
    assert finding.span == (0, len(expr))


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(f"{expr} > 1")) == []
