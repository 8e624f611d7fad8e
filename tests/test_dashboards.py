"""What a dashboard's values refuse, and in which words."""

from collections.abc import Callable

import pytest

from tests.conftest import WriteProject
from tests.support import small_dashboards
from tests.support.small_dashboards import board, panel
from toolkit.dashboards import Note, PanelUnit, Query, Row, Variable, View
from toolkit.errors import DefinitionError
from toolkit.find_definitions import load

REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "a panel without help": (lambda: panel(help=" "), "panel 'As timeseries': help is empty."),
    "a panel without a question": (
        lambda: panel(queries=()),
        "panel 'As timeseries': has no queries.\n  fix: add a Query.",
    ),
    "a query that is no PromQL": (
        lambda: Query("x", "rate(app_events_total[5m)"),
        "query: not PromQL: ",
    ),
    "a gauge without a maximum": (
        lambda: panel(View.GAUGE, maximum=None),
        "panel 'As gauge': a gauge needs a maximum.",
    ),
    "a table without columns": (
        lambda: panel(View.TABLE, columns=()),
        "panel 'As table': a table needs columns, and nothing else has them.",
    ),
    "columns without a table": (
        lambda: panel(View.PIE, columns=("zone",)),
        "panel 'As piechart': a table needs columns, and nothing else has them.",
    ),
    "a state timeline without states": (
        lambda: panel(View.STATE_TIMELINE, states=()),
        "panel 'As state-timeline': a state timeline needs states.",
    ),
    "a line on a state timeline": (
        lambda: panel(View.STATE_TIMELINE, line_at=1),
        "panel 'As state-timeline': a state timeline draws states, not a line at 1; given a "
        "threshold, Grafana draws its ranges instead of them.\n"
        "  fix: leave line_at out and say with each PanelState's color what is bad, "
        "or draw values and line with view=View.TIME_SERIES.",
    ),
    "a line at zero on a state timeline": (
        lambda: panel(View.STATE_TIMELINE, line_at=0),
        "panel 'As state-timeline': a state timeline draws states, not a line at 0; ",
    ),
    "a limit of one line among several": (
        lambda: panel(View.TIME_SERIES, queries=(Query("a", "up", line_at=1),)),
        "panel 'As timeseries': only numbers are coloured by a query's own line_at.\n"
        "  fix: give the panel a line_at, or draw the numbers with view=View.STAT.",
    ),
    "a heatmap of anything but buckets": (
        lambda: panel(View.HEATMAP, queries=(small_dashboards.PER_ZONE,)),
        "panel 'As heatmap': a heatmap draws a histogram's buckets.",
    ),
    "a note that says nothing": (lambda: Note("n", ""), "note 'n': text is empty."),
    "a row without panels": (lambda: Row("r", ()), "row 'r': has no panels."),
    "a line that does not fill the grid": (
        lambda: Row("r", (panel(title="a", width=12), panel(title="b", width=6))),
        "row 'r': the line that ends with 'b' is 18 columns wide, not 24.",
    ),
    "a line that is too wide": (
        lambda: Row("r", (panel(title="a", width=12), panel(title="b", width=18))),
        "row 'r': the line that ends with 'b' is 30 columns wide, not 24.",
    ),
    "five panels that cannot share a line evenly": (
        lambda: Row("r", tuple(panel(title=t) for t in "abcde")),
        "row 'r': the line that ends with 'e' is 20 columns wide, not 24.",
    ),
    "a line of two heights": (
        lambda: Row("r", (panel(title="a"), panel(title="b", height=4))),
        "row 'r': the panels of one line differ in height.",
    ),
    "two panels of one title": (
        lambda: board(Row("r", (panel(title="a"), panel(title="a")))),
        "dashboard events: two panels are titled 'a'.",
    ),
    "a uid that is no address": (
        lambda: board(uid="a/b"),
        "dashboard 'a/b': is not a uid for Grafana.\n  fix: use up to 40 letters",
    ),
    "a uid that is too long": (
        lambda: board(uid="a" * 41),
        f"dashboard '{'a' * 41}': is not a uid for Grafana.",
    ),
    "a time that is no distance from now": (
        lambda: board(since="yesterday"),
        "dashboard events: since is 'yesterday'.\n  fix: write it like now-30m.",
    ),
    "a refresh without a unit": (
        lambda: board(refresh="30"),
        "dashboard events: refresh is '30'.\n  fix: write it like 30m.",
    ),
    "a dashboard without help": (lambda: board(help=""), "dashboard events: help is empty."),
    "a variable of a label that the metric lacks": (
        lambda: Variable(small_dashboards.ZONE, small_dashboards.DOORS, "Zone"),
        "app_doors: has no label 'zone'.",
    ),
}


@pytest.mark.parametrize(("make", "message"), REFUSED.values(), ids=REFUSED)
def test_refused(make: Callable[[], object], message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        make()
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize("view", [view for view in View if view is not View.STATE_TIMELINE])
def test_every_other_view_takes_a_line(view: View) -> None:
    assert panel(view, line_at=0).line_at == 0


def test_a_panel_that_nobody_made_has_no_id() -> None:
    with pytest.raises(KeyError, match="Nowhere"):
        board().panel_id("Nowhere")


def test_a_note_is_no_panel() -> None:
    page = board(Row("About", (Note("n", "words"),)), Row("All", (panel(title="a"),)))
    assert [x.title for x in page.panels] == ["a"]


def test_a_page_links_only_to_pages_that_exist(shop: WriteProject) -> None:
    shop({"shop/dashboards/shop.py": ('uid="shop"', 'uid="shop", see=("shp",)')})
    with pytest.raises(DefinitionError) as caught:
        load()
    assert str(caught.value) == (
        "shop/dashboards/shop.py: see: there is no dashboard 'shp'; did you mean 'shop'? "
        "(known: shop)"
    )


TWINS = {
    "uid": ("dashboards/till.py: uid 'shop' is not the file's name, 'till'.", "shop", "Till"),
    "title": ("dashboard title 'Shop' is defined twice.", "till", "Shop"),
}


@pytest.mark.parametrize(("told", "uid", "title"), TWINS.values(), ids=TWINS)
def test_two_pages_of_one_name_are_refused(
    shop: WriteProject, told: str, uid: str, title: str
) -> None:
    """Grafana would let one of them overwrite the other, or stop provisioning altogether."""
    root = shop()
    page = (root / "shop/dashboards/shop.py").read_text(encoding="utf-8")
    page = page.replace('uid="shop"', f'uid="{uid}"').replace('title="Shop"', f'title="{title}"')
    (root / "shop/dashboards/till.py").write_text(page, encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        load()
    assert told in str(caught.value).replace("shop/dashboards/till.py:14", "dashboards/till.py")


def test_a_panel_says_no_data_starts_at_zero_and_is_nine_units_high_unless_told() -> None:
    made = panel()
    assert (made.empty, made.minimum, made.maximum, made.height) == ("No data", 0, None, 9)
    assert made.view is View.TIME_SERIES
    assert Note("n", "words").height == 4
    page = board()
    assert (page.refresh, page.since) == ("30s", "now-1h")


def test_every_unit_is_one_of_grafanas_value_formats() -> None:
    assert {unit.name: unit.value for unit in PanelUnit} == {
        "SECONDS": "s",
        "REQUESTS_PER_SECOND": "reqps",
        "EVENTS_PER_SECOND": "cps",
        "SHARE": "percentunit",
        "PERCENT": "percent",
        "COUNT": "short",
        "BYTES": "bytes",
        "BYTES_PER_SECOND": "Bps",
        "USD": "currencyUSD",
        "FACTOR": "none",
        "AGE": "dtdurations",
    }
