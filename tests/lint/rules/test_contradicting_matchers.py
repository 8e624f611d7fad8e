"""`contradicting-matchers`: selectors that nothing fits."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.contradicting_matchers import RULE

FLAGGED = {
    'x{a="b", a="c"}': '`="b"` and `="c"`',
    'x{z="1", a="b", a!="b"}': '`="b"` and `!="b"`',
    'x{a=~"b|c", a="d"}': '`=~"b|c"` and `="d"`',
    'x{a=~"b|c", a!~"b|c"}': '`=~"b|c"` and `!~"b|c"`',
    'x{a="", a!=""}': '`=""` and `!=""`',
    'x{a="b", a!~".+"}': '`="b"` and `!~".+"`',
    'x{a=~"b.*", a=~"c.*"}': '`=~"b.*"` and `=~"c.*"`',
    'x{a=~"b.+", a!~"b.*"}': '`=~"b.+"` and `!~"b.*"`',
    'x{a!=".", a=~"[.]"}': '`!="."` and `=~"[.]"`',
}
LEFT_ALONE = [
    'x{a="b"}', 'x{a=~"b|c", a!="b"}', 'x{a!="b", a!="c"}',
    'x{a="b", c="d"}', 'x{a=~"b.*", a=~".*c"}', 'x{a=~"b.*", a!~"b.+"}', 'x{a=~".*", a!~".+"}',
    'x{a=~"(?i)b.*", a=~"c.*"}', 'x{a=~"$b", a=~"c.*"}',
    r'x{a=~"eth\\d", a=~"eth0|eth1"}', r'x{a=~"b\\\\|c", a="c"}', 'x{a=~"[^[:space:]]+", a="b"}',
    'x{a=~"b{,3}", a="b{,3}"}', r'x{a!~"\\w+", a="é"}',
    'x{a=~"b.*", a!="bc"}', 'x{a="b"} and y{a="c"}', 'x{a="$b", a="c"}',
]  # fmt: skip


@pytest.mark.parametrize(("expr", "asked"), FLAGGED.items(), ids=FLAGGED)
def test_flags(expr: str, asked: str) -> None:
    found = project_builder.project_with(f"{expr} > 1")
    assert plain_rules.messages(RULE, found) == [f"no value of `a` satisfies {asked}."]


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    found = project_builder.project_with(f"{expr} > 1")
    assert plain_rules.messages(RULE, found) == []
