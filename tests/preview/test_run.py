"""Which dashboards are drawn, and what is said while it takes long."""

from collections.abc import Iterator

import pytest

from tests.support import small_dashboards
from tests.support.made_up_prometheus import (
    HOUR,
    World,
    dashboard,
    drawing_options,
    panel,
    target,
    templating,
    variable,
)
from toolkit.errors import UsageError
from toolkit.preview import run
from toolkit.preview.data_source import RequestedTime
from toolkit.preview.run import ChosenDashboard, PreviewOptions

NOW = RequestedTime(now=HOUR.end, since="", until="now", scrape_interval="15s")


def test_the_dashboards_of_a_project_are_its_models_under_their_generated_paths() -> None:
    project = small_dashboards.project(
        small_dashboards.board(uid="a", title="A"), small_dashboards.board(uid="b", title="B")
    )
    every = run.chosen(project, ())
    assert [(each.name, each.path) for each in every] == [
        ("a", "dashboards/generated/a.json"),
        ("b", "dashboards/generated/b.json"),
    ]
    assert run.chosen(project, ("b",)) == every[1:]
    with pytest.raises(UsageError, match=r"there is no dashboard 'bb'; did you mean 'b'\?"):
        run.chosen(project, ("bb",))


def test_each_dashboard_takes_its_own_time_its_variables_and_links_to_the_others() -> None:
    zone = templating(variable("zone", "label_values(zone)"))
    first = dashboard(templating=zone, time={"from": "now-6h"})
    second = dashboard(links=[{"type": "link", "title": "First", "url": "/d/first"}])
    chosen = [ChosenDashboard("first", first, "f"), ChosenDashboard("second", second, "s")]
    options = PreviewOptions(requested=NOW, variables={"zone": ("eu",)})
    one, two = run.pages(chosen, World(), options, pytest.fail)
    assert [one.time_range.seconds, two.time_range.seconds] == [6 * 3600, 3600]
    assert one.current.data["variables"] == [{"label": "zone", "value": "eu"}]
    assert two.current.data["variables"] == []
    assert [link["url"] for link in two.current.data["links"]] == ["first.html"]


def seconds(*times: float) -> Iterator[float]:
    """A clock that shows these times, one after the other."""
    yield from times


def test_slow_work_on_many_says_which_is_under_way_once_two_seconds_are_over() -> None:
    said: list[str] = []
    clock = seconds(10.0, 10.0, 11.9, 12.0, 15.0)
    items = run.announced("abcd", "drawing", said.append, lambda: next(clock))
    assert list(items) == list("abcd")
    assert said == ["drawing 3 of 4", "drawing 4 of 4"]


def test_slow_work_on_one_says_nothing() -> None:
    clock = seconds(0.0, 60.0)
    assert list(run.announced("a", "drawing", pytest.fail, lambda: next(clock))) == ["a"]


def test_a_page_is_html_that_reaches_no_server() -> None:
    shown = dashboard(panel(targets=[target("rate(events[$__range])")]), timezone="utc")
    options = drawing_options()
    page = run.draw(ChosenDashboard("shop", shown, ""), World(), options)
    html = run.page_html(page, "light")
    assert "default-src 'none'; script-src" in html
    assert '"expr":"rate(events[3600s])"' in html
    assert f'"timezone":"utc","from":{HOUR.start * 1000:.0f},' in html
