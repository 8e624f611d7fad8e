"""Labels of a new series: one selector finds it, and others do not."""

import pytest

from tests.support.project_builder import CATALOGUE
from toolkit.promql import LabelMatch, selectors
from toolkit.rule_tests.input_series_labels import choose_labels, selects

EVENTS = CATALOGUE.series["app_events_total"]


def matches(selector: str) -> tuple[LabelMatch, ...]:
    (found,) = selectors(selector)
    return found.matches


def chosen(selector: str, *avoided: str) -> dict[str, str] | None:
    labels = choose_labels(EVENTS, matches(selector), [matches(other) for other in avoided])
    return None if labels is None else dict(labels)


def test_values_come_from_the_selector_then_the_catalogue_then_are_made_up() -> None:
    assert chosen("x") == {"kind": "read", "zone": "zone-1"}
    assert chosen('x{kind="write", zone=~"a|b"}') == {"kind": "write", "zone": "a"}
    assert chosen('x{job="app", instance!="a"}') == {
        "kind": "read",
        "zone": "zone-1",
        "job": "app",
        "instance": "instance-1",
    }


def test_a_pattern_on_an_open_label_is_met_by_an_answer_of_http() -> None:
    assert chosen('x{zone=~"5.."}') == {"kind": "read", "zone": "500"}
    assert chosen('x{zone=~"5.."}', 'x{zone="500"}') == {"kind": "read", "zone": "503"}


@pytest.mark.parametrize(
    ("pattern", "value"), [("5..", "500"), ("[0-9]x", "0x"), ("a.+|b", "a0"), ("4..|5..", "400")]
)
def test_a_simple_pattern_gets_a_value_that_matches(pattern: str, value: str) -> None:
    assert chosen(f'x{{zone=~"{pattern}"}}') == {"kind": "read", "zone": value}


@pytest.mark.parametrize("pattern", ["[a-f]+", "(a|b)c", "$zone"])
def test_another_pattern_gets_none(pattern: str) -> None:
    assert chosen(f'x{{zone=~"{pattern}"}}') is None


def test_what_an_earlier_selector_finds_is_avoided() -> None:
    assert chosen("x", 'x{kind="read"}') == {"kind": "write", "zone": "zone-1"}
    assert chosen("x", 'x{zone="zone-1"}') == {"kind": "read", "zone": "zone-2"}


def test_nothing_is_left_between_a_selector_and_itself() -> None:
    assert chosen('x{kind="read"}', 'x{kind=~"re.*"}') is None


def test_a_metric_that_is_not_declared_has_the_labels_of_its_selector() -> None:
    assert choose_labels(None, matches('up{job="app"}'), []) == (("job", "app"),)
    assert choose_labels(None, matches("up"), []) == ()


@pytest.mark.parametrize(
    ("selector", "found"),
    [
        ('x{a="1"}', True),
        ('x{a!="1"}', False),
        ('x{a=~"1|2"}', True),
        ('x{a=~"1|2", b="2"}', False),
        ('x{a!~"1|2"}', False),
        ('x{a=~"."}', True),
        ('x{a=~"11"}', False),
        ('x{missing=""}', True),
        ('x{missing!=""}', False),
    ],
)
def test_which_series_a_selector_finds(selector: str, *, found: bool) -> None:
    assert selects(matches(selector), {"a": "1"}) is found
