"""What a row of a dashboard may say of its layout beyond widths: automatic grids, tabs, conditions.

Grafana has these since V2 of its schema. The classic model and V1 cannot say them: there every row
stands below the one before, is always shown, and its panels have the widths that they say.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from toolkit.definition_arguments.durations_and_ranges import Count
from toolkit.definition_arguments.refuse_wrong_arguments import checked
from toolkit.errors import DefinitionError
from toolkit.promql import PromQLError, parse


class ColumnWidth(StrEnum):
    """The least width of an automatic grid's columns: 192, 448 or 768 pixels."""

    NARROW = "narrow"
    STANDARD = "standard"
    WIDE = "wide"


class RowHeight(StrEnum):
    """The height of an automatic grid's panels: 168, 320 or 512 pixels."""

    SHORT = "short"
    STANDARD = "standard"
    TALL = "tall"


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class AutoGrid:
    """A grid that Grafana lays out: as many columns as fit the window, and `columns` at most.

    `hide_empty` hides a panel whose queries give no data, and the others close up.
    Source: the published types of @grafana/schema (schema/dashboard/v2), Apache-2.0.
    """

    columns: Count = 3
    column_width: ColumnWidth = ColumnWidth.STANDARD
    row_height: RowHeight = RowHeight.STANDARD
    hide_empty: bool = False


def refuse_condition(title: str, expr: str) -> None:
    """Raise DefinitionError where a row's `shown_if` is not PromQL."""
    try:
        parse(expr)
    except PromQLError as error:
        raise DefinitionError(
            f"row {title!r}: shown_if: not PromQL: {error}\n    {expr}",
            fix="write what has series when there is something to show, like count(app_jobs).",
            argument="shown_if",
        ) from None


def refuse_tabs(uid: str, tabs: Iterable[tuple[str, str]]) -> None:
    """Raise DefinitionError unless every row has a tab, or none, and a tab's rows are together.

    `tabs` are each row's title and tab.
    """
    rows = tuple(tabs)
    without = [title for title, tab in rows if not tab]
    if without and len(without) < len(rows):
        raise DefinitionError(
            f"dashboard {uid}: row {without[0]!r} has no tab, and other rows have one.",
            fix="name a tab for every row, or for none.",
            argument="rows",
        )
    seen: list[str] = []
    for title, tab in rows:
        if tab in seen[:-1]:
            raise DefinitionError(
                f"dashboard {uid}: row {title!r} is of tab {tab!r}, which ended before.",
                fix="put the rows of a tab next to each other.",
                argument="rows",
            )
        if not seen or seen[-1] != tab:
            seen.append(tab)
