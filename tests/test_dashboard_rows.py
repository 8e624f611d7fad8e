"""Layouts that cannot be are refused where they are written."""

from collections.abc import Callable

import pytest

from tests.support.small_dashboards import board, panel
from toolkit.dashboard_rows import AutoGrid
from toolkit.dashboards import Row
from toolkit.errors import DefinitionError


def row(title: str, tab: str = "") -> Row:
    return Row(title, (panel(title=f"Of {title}", width=24),), tab=tab)


WRONG: dict[str, tuple[Callable[[], object], str]] = {
    "a condition that is not PromQL": (
        lambda: Row("Orders", (panel(width=24),), shown_if="count("),
        "row 'Orders': shown_if: not PromQL: ",
    ),
    "a row without a tab between others": (
        lambda: board(row("A", "One"), row("B"), row("C", "Two")),
        "dashboard events: row 'B' has no tab, and other rows have one.\n"
        "  fix: name a tab for every row, or for none.",
    ),
    "a tab in two places": (
        lambda: board(row("A", "One"), row("B", "Two"), row("C", "One")),
        "dashboard events: row 'C' is of tab 'One', which ended before.\n"
        "  fix: put the rows of a tab next to each other.",
    ),
    "no columns": (lambda: AutoGrid(columns=0), "it must be a whole number of at least 1"),
    "a width that is none": (
        lambda: AutoGrid(column_width="huge"),  # type: ignore[arg-type]
        "column_width",
    ),
}


@pytest.mark.parametrize(("make", "told"), WRONG.values(), ids=WRONG)
def test_refuses(make: Callable[[], object], told: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        make()
    assert told in str(caught.value)


def test_takes_tabs_that_stand_together_and_conditions_with_variables() -> None:
    board(row("A", "One"), row("B", "One"), row("C", "Two"))
    Row("Orders", (panel(width=24),), shown_if='count(app_orders_total{zone=~"$zone"})')
