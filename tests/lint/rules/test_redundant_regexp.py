"""`redundant-regexp`: a pattern without need."""

import pytest

from tests.support import plain_rules, project_builder
from toolkit.lint.rules.redundant_regexp import RULE

NEEDLESS = "does not need a pattern"
ANCHORED = "is anchored at both ends anyway"
FLAGGED = {
    'a=~"b"': ('a="b"', NEEDLESS),
    'a!~"b"': ('a!="b"', NEEDLESS),
    'a=~"(b)"': ('a="b"', NEEDLESS),
    'a=~"(?:b)"': ('a="b"', NEEDLESS),
    'a=~"^b$"': ('a="b"', NEEDLESS),
    'a=~""': ('a=""', NEEDLESS),
    'a!~".+"': ('a=""', NEEDLESS),
    'a=~"b|b"': ('a="b"', NEEDLESS),
    'a=~"b\\\\.c"': ('a="b.c"', NEEDLESS),
    "a=~'b'": ("a='b'", NEEDLESS),
    "a =~ `b`": ("a=`b`", NEEDLESS),
    'a=~"^b.*$"': ('a=~"b.*"', ANCHORED),
    'a!~"^(b|c)"': ('a!~"(b|c)"', ANCHORED),
    'a=~"5..$"': ('a=~"5.."', ANCHORED),
    'a=~"b|c|b"': ('a=~"b|c"', "names an alternative twice"),
}
LEFT_ALONE = [
    'a="b"', 'a=~"b|c"', 'a=~"b.+"', 'a=~".+"', 'a=~"$zone"', 'a=~"(?i)b"', 'a=~"b[.]c"',
    'a=~"^b|c"', 'a=~"b\\\\d"', 'a=~"b|"', 'a=~"${zone}"',
]  # fmt: skip


@pytest.mark.parametrize(("matcher", "wanted"), FLAGGED.items(), ids=FLAGGED)
def test_flags(matcher: str, wanted: tuple[str, str]) -> None:
    expr = f'rate(x{{z="1", {matcher}}}[5m]) > 1'
    (finding,) = RULE.check(project_builder.project_with(expr))
    plain, why = wanted
    assert (finding.message, finding.fix) == (f"`{matcher}` {why}.", f"write {plain}.")
    assert finding.edited == f'rate(x{{z="1", {plain}}}[5m]) > 1'
    start = expr.index(matcher)
    assert finding.span == (start, start + len(matcher))


@pytest.mark.parametrize("matcher", ['a=~".*"', 'a=~"^(.*)$"', 'a=~"b|.*"', 'a!~".*"'])
def test_what_matches_everything_or_nothing_has_no_plainer_form(matcher: str) -> None:
    (finding,) = RULE.check(project_builder.project_with(f"x{{{matcher}}} > 1"))
    what = "nothing" if "!" in matcher else "everything"
    assert finding.message == f"`{matcher}` matches {what}."
    assert finding.fix == ("drop it, or correct the pattern." if "!" in matcher else "drop it.")
    assert finding.edits == ()


@pytest.mark.parametrize("matcher", LEFT_ALONE)
def test_leaves_alone(matcher: str) -> None:
    found = project_builder.project_with(f"x{{{matcher}}} > 1")
    assert plain_rules.messages(RULE, found) == []
