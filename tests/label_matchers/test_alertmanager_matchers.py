"""What Alertmanager's matchers let through, and what several of them come to."""

import pytest

from toolkit.findings import Location
from toolkit.label_matchers.alertmanager_matchers import (
    Matcher,
    all_implied,
    cases,
    contradiction,
    implies,
    read_matcher,
    split_matchers,
    values_of,
)

HERE = Location("x", 1)


def matcher(text: str) -> Matcher:
    found = read_matcher(text, HERE)
    assert found is not None, text
    return found


def matchers(*texts: str) -> tuple[Matcher, ...]:
    return tuple(map(matcher, texts))


READ = {
    'team="db"': ("team", "=", "db"),
    "team = db": ("team", "=", "db"),
    "team=~a|b": ("team", "=~", "a|b"),
    'team!~"a b"': ("team", "!~", "a b"),
    'team!=""': ("team", "!=", ""),
    r'path=~"a\\.b"': ("path", "=~", r"a\.b"),
    r'path=~"a\.b"': ("path", "=~", r"a\.b"),
    r'text="a \"b\"\nc"': ("text", "=", 'a "b"\nc'),
    '"foo.bar"="x"': ("foo.bar", "=", "x"),
}


@pytest.mark.parametrize(("text", "wanted"), READ.items(), ids=READ)
def test_a_matcher_is_read(text: str, wanted: tuple[str, str, str]) -> None:
    found = matcher(text)
    assert (found.name, found.op, found.value) == wanted


@pytest.mark.parametrize("text", ["team", "=db", 'team=="db"x"', "9a=b", 'team="db', "a={b}"])
def test_what_is_not_a_matcher(text: str) -> None:
    assert read_matcher(text, HERE) is None


def test_a_matcher_is_written_as_it_is_read() -> None:
    for text in ('team="db"', r'text=~"a \"b\" \\d"'):
        assert str(matcher(text)) == text
        assert matcher(str(matcher(text))) == matcher(text)


def test_one_text_may_hold_several() -> None:
    assert split_matchers('{a="b,c", d=~"e|f"}') == ['a="b,c"', ' d=~"e|f"']
    assert split_matchers("a=b") == ["a=b"]


WORDS = {
    'a="b"': ("b",),
    'a=~"b|c"': ("b", "c"),
    'a=~"^(?:b|c)$"': ("b", "c"),
    r'a=~"b\.c|d\-e"': ("b.c", "d-e"),
    'a=~"b|"': ("b", ""),
    'a=~"b.*"': None,
    'a=~"(a|b)c"': None,
    r'a=~"\\d"': None,
    'a!="b"': None,
    'a!~"b"': None,
}


@pytest.mark.parametrize(("text", "words"), WORDS.items(), ids=WORDS)
def test_the_words_of_a_matcher(text: str, words: tuple[str, ...] | None) -> None:
    assert matcher(text).words == words


def test_what_cannot_be_known_is_what_the_caller_says() -> None:
    strange = matcher(r'a=~"\\pL+"')
    assert strange.takes("x", unknown=True)
    assert not strange.takes("x", unknown=False)
    assert matcher('a=~"x+"').takes("xx", unknown=False)
    assert not matcher('a=~"x+"').takes("xxy", unknown=True)
    assert not matcher('a!~"x+"').takes("xx", unknown=True)


def test_the_values_that_all_let_through() -> None:
    assert values_of(matchers('a=~"b|c|d"', 'a!="c"', 'a!~"d"'), "a") == ("b",)
    assert values_of(matchers('a=~"b.*"'), "a") is None
    assert values_of(matchers('a=~".*"', 'a!~".*"'), "a") == ()
    assert values_of(matchers('alertname=~"A|"'), "alertname") == ("A",)
    assert values_of(matchers('a="b"'), "c") is None


def test_a_contradiction_is_told_with_all_that_are_about_the_label() -> None:
    given = matchers('x="1"', 'a="b"', 'a="c"')
    assert contradiction(given) == given[1:]
    assert contradiction(matchers('a="b"', 'a=~"b|c"')) == ()


IMPLIED = {
    "a word of a list": (('a="b"',), 'a=~"b|c"', True),
    "a word out of a list": (('a=~"b|c"',), 'a="b"', False),
    "another word is not it": (('a="b"',), 'a!="c"', True),
    "everything": ((), 'a=~".*"', True),
    "anything but nothing, of a word": (('a="b"',), 'a=~".+"', True),
    "anything but nothing, of an expression": (('a=~"b.+"',), 'a!=""', True),
    "anything but nothing, of an expression that takes nothing": (('a=~"b*"',), 'a!=""', False),
    "an alert's name is never empty": ((), 'alertname=~".+"', True),
    "the same expression": (('a=~"b.*"',), 'a=~"b.*"', True),
    "a narrower expression is not known": (('a=~"bc.*"',), 'a=~"b.*"', False),
    "a missing label": ((), 'a="b"', False),
}


@pytest.mark.parametrize(("given", "wanted", "yes"), IMPLIED.values(), ids=IMPLIED)
def test_implied(given: tuple[str, ...], wanted: str, yes: bool) -> None:  # noqa: FBT001
    assert implies(matchers(*given), matcher(wanted)) is yes
    assert all_implied(matchers(*given), matchers(wanted, wanted)) is yes


def test_cases_are_all_combinations_of_words() -> None:
    found = [sorted(map(str, case)) for case in cases(matchers('a=~"b|c"', 'd="e"', 'f!="g"'))]
    assert found == [['a="b"', 'd="e"', 'f!="g"'], ['a="c"', 'd="e"', 'f!="g"']]


def test_too_many_combinations_are_not_made() -> None:
    words = "|".join(f"w{n}" for n in range(40))
    many = matchers(f'a=~"{words}"', f'b=~"{words}"')
    assert list(cases(many)) == [many]
