"""An expression knows the definition that holds it, and the place of each character."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from toolkit.findings import Allow, Location
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.promql_syntax_tree import tree
from toolkit.prometheus.rules import WrittenRule

RULE = WrittenRule(
    name="Down",
    is_alert=True,
    expr="up\n  == 0",
    location=Location("r.yml", 3),
    places={"expr": Location("r.yml", 4, 11)},
    lines=(Location("r.yml", 5, 7), Location("r.yml", 6, 7)),
    allow=(Allow("a-rule", "a reason"),),
)


def test_the_expression_of_a_rule_has_what_the_rule_says() -> None:
    found = Expression.of(RULE)
    assert (found.text, found.subject, found.location) == (
        RULE.expr,
        "Down.expr",
        Location("r.yml", 4, 11),
    )
    assert (found.allow, found.lines, found.rule) == (RULE.allow, RULE.lines, RULE)
    assert found.dashboard is None


@pytest.mark.parametrize(
    ("offset", "line", "column"),
    [(0, 5, 7), (1, 5, 8), (3, 6, 7), (5, 6, 9)],
    ids=["first", "second", "first of the next line", "after the indent"],
)
def test_a_character_has_its_line_and_column(offset: int, line: int, column: int) -> None:
    assert Expression.of(RULE).place(offset) == Location("r.yml", line, column)


def test_where_lines_are_not_known_the_place_is_the_definitions() -> None:
    one = Expression(text="a\nb", subject="x", location=Location("a.py", 2), allow=())
    assert one.place(2) == Location("a.py", 2)


def test_a_project_has_rules_recordings_first_then_variables_and_queries() -> None:
    project = project_builder.project(alerts=(project_builder.alert(),))
    (rule, query) = project.expressions()
    assert (rule.subject, rule.dashboard) == ("TooMany.expr", None)
    assert (query.subject, query.rule) == ("app: Events: events", None)
    assert query.dashboard is project.pages[0].dashboard


def test_an_expression_is_read_once_however_many_others_are_read_after_it() -> None:
    found = Expression.of(RULE)
    project = project_builder.project()
    before, flow = found.root, project.flow(found.root)
    tree.cache_clear()
    assert found.root is before
    assert Expression.of(RULE).root is before
    assert project.flow(found.root) is flow


def test_an_expression_has_the_selectors_and_matchers_of_its_text() -> None:
    one = Expression(
        text='rate(a{b="c", d=~"e"}[5m]) > f', subject="x", location=Location("a.py", 2), allow=()
    )
    assert [(x.name, x.call, x.text) for x in one.selectors] == [
        ("a", "rate", 'a{b="c", d=~"e"}'),
        ("f", "", "f"),
    ]
    assert [(x.match.label, x.text) for x in one.matchers] == [("b", 'b="c"'), ("d", 'd=~"e"')]


def test_the_condition_of_a_row_is_an_expression_of_its_dashboard() -> None:
    board = project_builder.dashboard()
    (row,) = board.rows
    shown = replace(board, rows=(replace(row, shown_if="up == 0"),))
    condition, query = project_builder.project(dashboards=(shown,)).expressions()
    assert (condition.text, condition.subject) == ("up == 0", "app: All: shown_if")
    assert (condition.location, condition.dashboard) == (row.defined, shown)
    assert query.subject == "app: Events: events"
