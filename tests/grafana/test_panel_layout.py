"""How rows and panels get their ids, x, y, width and height."""

from tests.support.small_dashboards import board, every_view, panel
from toolkit.dashboards import Dashboard, Note, Panel, Row
from toolkit.grafana.panel_layout import PlacedItem, PlacedRow, placed_rows

Place = tuple[int, str, int, int, int, int]


def places(dashboard: Dashboard) -> list[Place]:
    """In reading order: id, title, x, y, width, height."""
    found = []
    for row in placed_rows(dashboard):
        found.append(place(row, row.row.title))
        found += [place(each, each.item.title) for each in row.items]
    return found


def place(placed: PlacedRow | PlacedItem, title: str) -> Place:
    grid = placed.place
    assert set(grid) == {"x", "y", "w", "h"}
    return (placed.id, title, grid["x"], grid["y"], grid["w"], grid["h"])


def test_panels_fill_a_line_from_left_to_right_and_rows_follow_below() -> None:
    first = Row("First", (panel(title="a", width=16), panel(title="b", width=8)))
    second = Row("Second", (Note("n", "words", height=4),))
    assert places(board(first, second)) == [
        (1, "First", 0, 0, 24, 1),
        (2, "a", 0, 1, 16, 9),
        (3, "b", 16, 1, 8, 9),
        (4, "Second", 0, 10, 24, 1),
        (5, "n", 0, 11, 24, 4),
    ]


def test_each_line_is_as_high_as_its_panels() -> None:
    low = (panel(title="a", height=3, width=12), panel(title="b", height=3, width=12))
    lines = Row("Lines", (*low, panel(title="c", height=7, width=24)))
    assert places(board(lines, Row("Next", (panel(title="d"),)))) == [
        (1, "Lines", 0, 0, 24, 1),
        (2, "a", 0, 1, 12, 3),
        (3, "b", 12, 1, 12, 3),
        (4, "c", 0, 4, 24, 7),
        (5, "Next", 0, 11, 24, 1),
        (6, "d", 0, 12, 24, 9),
    ]


def test_a_collapsed_row_takes_the_room_of_its_heading() -> None:
    detail = Row("Detail", (panel(title="a"),), collapsed=True)
    more = Row("More", (panel(title="b"),), collapsed=True)
    assert places(board(detail, more, Row("Next", (panel(title="c"),)))) == [
        (1, "Detail", 0, 0, 24, 1),
        (2, "a", 0, 1, 24, 9),
        (3, "More", 0, 1, 24, 1),
        (4, "b", 0, 2, 24, 9),
        (5, "Next", 0, 2, 24, 1),
        (6, "c", 0, 3, 24, 9),
    ]


def test_the_ids_are_those_that_links_to_a_panel_use() -> None:
    page = every_view()
    items = [each for row in placed_rows(page) for each in row.items]
    assert [each.id for each in items if isinstance(each.item, Panel)] == [
        page.panel_id(shown.title) for shown in page.panels
    ]
