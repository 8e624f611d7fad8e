"""Matchers of one label that a value fits together, and those that none does."""

import pytest

from toolkit.prometheus.matcher_overlap import may_fit
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.promql import matches_of

TOGETHER = {
    'a="b", a=~"b|c"': True,
    'a="b", a=~"c|d"': False,
    'a="b", a!~"c.*"': True,
    'a=~"b|c", a!="b"': True,
    'a=~"b|c", a!="b", a!="c"': False,
    'a=~"b.*", a=~"c.*"': False,
    'a=~"^b.*$", a=~"c.*"': False,
    'a=~"b.*", a=~"[bc].*"': True,
    'a!="b", a!~".+"': True,
    'a="", a!~".*"': False,
    'a=~"b.c", a!="b.c"': True,
    'a=~"b[.]c", a!="b.c"': False,
    'a="$b", a="c"': True,
    'a=~"$b", a="c", a="d"': False,
    'a=~"(?i)b", a="c"': False,
    'a=~"(?i)b", a=~"c.*"': True,
    'a=~"b.*"': True,
    'a=~"^b$", a="c"': False,
    'a=~"^b$", a="b"': True,
    'a=~"b$|c", a=~"d|e"': False,
    'a=~"b$c", a="d"': True,
    'a!~".*"': False,
    'a=~"b.*$", a=~"c.*$"': False,
    'a!~"b.*", a!~"c|d"': True,
    'a=~".+", a!~"b.*"': True,
}


@pytest.mark.parametrize(("matchers", "wanted"), TOGETHER.items(), ids=TOGETHER)
def test_fits(matchers: str, *, wanted: bool) -> None:
    matches = matches_of(tree(f"x{{{matchers}}}").expr)
    assert may_fit(matches) is wanted
    assert may_fit(matches[::-1]) is wanted


@pytest.mark.parametrize("matcher", ['a!~".+"', 'a=""', 'a=~"|"', 'a=~"()"'])
def test_a_label_that_is_there_has_no_empty_value(matcher: str) -> None:
    matches = matches_of(tree(f"x{{{matcher}}}").expr)
    assert may_fit(matches)
    assert not may_fit(matches, is_present=True)
