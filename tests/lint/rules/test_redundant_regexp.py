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


ABSENT = {
    "an equality would be a label of the result": 'absent(x{a=~"b"})',
    "in brackets too": 'absent((x{a=~"b"}))',
    "over a time too": 'absent_over_time(x{a=~"b"}[5m])',
    "without the second matcher the first makes a label": 'absent(x{a="b", a=~".*"})',
}
NOT_OF_THE_RESULT = {
    'absent(x{a!~"b"})': 'a!~"b"',
    'absent(x{a=~"^b.*"})': 'a=~"^b.*"',
    'absent(x{a=~".*"})': 'a=~".*"',
    'absent(x{a=~""})': 'a=~""',
    'absent(sum(x{a=~"b"}))': 'a=~"b"',
    'absent(y) and x{a=~"b"}': 'a=~"b"',
}


@pytest.mark.parametrize("expr", ABSENT.values(), ids=ABSENT)
def test_what_would_change_the_labels_of_absent_is_left_alone(expr: str) -> None:
    assert plain_rules.messages(RULE, project_builder.project_with(expr)) == []


@pytest.mark.parametrize(("expr", "matcher"), NOT_OF_THE_RESULT.items(), ids=NOT_OF_THE_RESULT)
def test_a_pattern_that_makes_no_label_of_absent_is_flagged(expr: str, matcher: str) -> None:
    (finding,) = RULE.check(project_builder.project_with(expr))
    assert expr[slice(*finding.span or ())] == matcher


@pytest.mark.parametrize("matcher", LEFT_ALONE)
def test_leaves_alone(matcher: str) -> None:
    found = project_builder.project_with(f"x{{{matcher}}} > 1")
    assert plain_rules.messages(RULE, found) == []
