"""The page in a browser: every panel type, the shipped dashboards, and one that means harm."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error

from tests.preview.conftest import WIDTH, Draw
from tests.support import small_dashboards
from tests.support.made_up_prometheus import World, dashboard, panel, target
from toolkit.preview import read_dashboard_json

GOLDEN = Path(__file__).parent / "golden.png"
# Letters and slopes are smoothed differently from one release of a browser to the next: a
# pixel differs when a channel is off by more, and this share of the pixels may.
CHANNEL, SHARE = 48, 0.01

_COMPARE = """async ([a, b, channel]) => {
  const pixels = async (data) => {
    const image = new Image();
    image.src = 'data:image/png;base64,' + data;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    return context.getImageData(0, 0, image.width, image.height);
  };
  const [one, two] = [await pixels(a), await pixels(b)];
  if (one.width !== two.width || one.height !== two.height) return 1;
  let off = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    off += [0, 1, 2].some((c) => Math.abs(one.data[at + c] - two.data[at + c]) > channel);
  }
  return off / (one.data.length / 4);
}"""


def golden() -> dict[str, Any]:
    """Every view of the toolkit, and what only other people's dashboards have."""
    page = small_dashboards.drawn(small_dashboards.every_view())
    page["panels"] += [
        panel(
            "piechart",
            id=91,
            title="Ring",
            gridPos={"x": 0, "y": 900, "w": 8, "h": 8},
            targets=[target("sum by (zone) (rings)", instant=True)],
            options={"pieType": "donut", "displayLabels": ["percent"]},
        ),
        panel(
            "bargauge",
            id=92,
            title="Cells",
            gridPos={"x": 8, "y": 900, "w": 8, "h": 8},
            targets=[target("sum by (zone) (cells)", legendFormat="{{zone}}")],
            options={"displayMode": "lcd", "orientation": "horizontal"},
            fieldConfig={"defaults": {"max": 9, "unit": "bytes"}},
        ),
        panel("canvas", id=93, title="Canvas", gridPos={"x": 16, "y": 900, "w": 8, "h": 8}),
    ]
    return page


def test_every_panel_type_looks_as_it_did(draw: Draw, chromium: Browser) -> None:
    opened = draw(golden(), expanded=True)
    assert opened.said == []
    height = opened.page.evaluate("document.documentElement.scrollHeight")
    opened.page.set_viewport_size({"width": WIDTH, "height": height})
    seen = opened.page.screenshot()
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_bytes(seen)
    judge = chromium.new_page()
    texts = [base64.b64encode(data).decode() for data in (GOLDEN.read_bytes(), seen)]
    share = judge.evaluate(_COMPARE, [*texts, CHANNEL])
    judge.close()
    if share > SHARE:
        different = Path("build/preview/golden-now.png")
        different.parent.mkdir(parents=True, exist_ok=True)
        different.write_bytes(seen)
    assert share <= SHARE, "compare tests/preview/golden.png with build/preview/golden-now.png"


def test_the_comparison_sees_another_picture(chromium: Browser) -> None:
    judge = chromium.new_page(viewport={"width": 100, "height": 100})
    plain = judge.screenshot()
    judge.set_content('<body style="margin:0"><div style="width:20px;height:20px;background:red">')
    marked = judge.screenshot()
    texts = [base64.b64encode(data).decode() for data in (plain, marked)]
    share = judge.evaluate(_COMPARE, [*texts, CHANNEL])
    judge.close()
    assert share == pytest.approx(0.04)


SHIPPED = (
    "execution-pipeline",
    "execution-slo",
    "load-test",
    "stack-health",
    "trading-services",
    "trading-session",
)


def test_the_shipped_dashboards_are_all_drawn_here(pages: dict[str, Any]) -> None:
    assert sorted(pages) == sorted(SHIPPED)


@pytest.mark.parametrize("uid", SHIPPED)
def test_a_shipped_dashboard_draws_without_error_or_request(
    uid: str, draw: Draw, pages: dict[str, Any]
) -> None:
    opened = draw(pages[uid], expanded=True)
    page = opened.page
    assert opened.said == []
    assert opened.requests == [page.url]
    assert page.locator("[data-crashed]").count() == 0
    assert page.locator("[data-problem]").count() == 0
    titles = {each["title"] for each in small_dashboards.all_panels(pages[uid])}
    drawn = page.locator("[data-panel]").evaluate_all("all => all.map(x => x.dataset.panel)")
    assert set(drawn) == titles


def test_gauges_of_one_panel_are_written_in_one_size(draw: Draw) -> None:
    gauge = panel(
        "gauge",
        gridPos={"x": 0, "y": 0, "w": 6, "h": 6},
        targets=[target("sum by (zone) (x)")],
        fieldConfig={
            "defaults": {
                "unit": "percent",
                "max": 1000,
                "decimals": 3,
                "mappings": [
                    {"type": "range", "options": {"from": 0, "to": 3, "result": {"text": "few"}}}
                ],
            }
        },
    )
    opened = draw(dashboard(gauge))
    words = opened.panel("Events").locator('svg text[font-weight="500"]')
    assert len({len(text) for text in words.all_text_contents()}) == 2
    assert len(set(words.evaluate_all("all => all.map(x => x.getAttribute('font-size'))"))) == 1


def test_bars_of_which_a_dashboard_says_nothing_look_as_grafanas(draw: Draw) -> None:
    """Upright bars stand on their names, in one line; above lying bars the names have room."""
    places = ({"x": 0, "y": 0, "w": 12, "h": 8}, {"x": 12, "y": 0, "w": 12, "h": 8})
    bars = [
        panel(
            "bargauge",
            id=at,
            title=title,
            gridPos=places[at],
            options=options,
            targets=[target("sum by (zone) (x)", legendFormat="{{zone}}")],
        )
        for at, (title, options) in enumerate(
            (("Upright", {}), ("Lying", {"orientation": "horizontal"}))
        )
    ]
    opened = draw(dashboard(*bars))
    box = "all => all.map(x => x.getBoundingClientRect().toJSON())"
    names = "text=/^zone-(one|two)$/"
    upright = opened.panel("Upright").locator(names).evaluate_all(box)
    assert len({round(each["y"]) for each in upright}) == 1
    assert upright[0]["bottom"] > opened.panel("Upright").evaluate(
        "x => x.getBoundingClientRect().bottom - 30"
    )
    lying = opened.panel("Lying").locator(names).evaluate_all(box)
    # Beside its bar, a name would have two fifths of the panel.
    assert min(each["width"] for each in lying) > WIDTH * 0.4


def test_a_transformation_that_fails_is_its_panels_problem_alone(draw: Draw) -> None:
    """Grafana shows what was answered as it came, and the error at the panel."""
    broken = panel(
        id=1,
        title="Broken",
        targets=[target("sum by (zone) (x)")],
        transformations=[{"id": "renameByRegex", "options": {"regex": "(", "renamePattern": "x"}}],
    )
    unread = panel(
        id=3,
        title="Unread",
        targets=[target("up")],
        fieldConfig={"defaults": {}, "overrides": [{"properties": []}]},
    )
    opened = draw(dashboard(broken, panel(id=2, title="Whole", targets=[target("up")]), unread))
    assert "Its field configuration cannot be read: " in opened.panel("Unread").inner_text()
    problem = opened.panel("Broken").get_attribute("data-problem") or ""
    assert problem.startswith("Error transforming data: Invalid regular expression")
    assert opened.panel("Whole").get_attribute("data-problem") is None
    for title in ("Broken", "Whole"):
        assert opened.panel(title).locator("canvas").count() == 1


def test_light_is_light(draw: Draw) -> None:
    opened = draw(dashboard(), theme="light")
    colour = "getComputedStyle(document.querySelector('main').parentElement).backgroundColor"
    red, green, blue = eval_rgb(opened.page.evaluate(colour))
    assert min(red, green, blue) > 230


def eval_rgb(text: str) -> list[int]:
    return [int(part) for part in text.removeprefix("rgb(").removesuffix(")").split(",")]


def test_tooltips_say_when_what_and_how_much(draw: Draw) -> None:
    opened = draw(small_dashboards.drawn(small_dashboards.every_view()))
    said = opened.hover("As timeseries")
    assert said.splitlines()[0].startswith("2026-05-01 12:")
    assert "zone-one" in said
    assert "zone-two" in said
    assert "doors" in opened.hover("As state-timeline")
    assert " to " in opened.hover("As histogram", x=0.1)
    assert "to" in opened.hover("As heatmap", y=0.4)
    assert "%" in opened.hover("As piechart", x=0.6, inside="svg:has(g)")
    assert "zone-one" in opened.hover("As stat", x=0.2, y=0.6, inside="section")
    assert "zone-one" in opened.hover("As gauge", x=0.3, y=0.6, inside="section")


def test_a_row_folds_and_opens(draw: Draw) -> None:
    opened = draw(small_dashboards.drawn(small_dashboards.every_view()))
    head = opened.page.get_by_role("button", name="Extremes")
    assert head.get_attribute("aria-expanded") == "false"
    assert opened.panel("Stacked").count() == 0
    head.click()
    opened.panel("Stacked").wait_for()
    head.click()
    opened.panel("Stacked").wait_for(state="detached")


def test_a_click_in_the_legend_shows_one_series_alone(draw: Draw) -> None:
    opened = draw(small_dashboards.drawn(small_dashboards.every_view()))
    assert "zone-two" in opened.hover("As timeseries")
    opened.panel("As timeseries").get_by_text("zone-one").click()
    assert "zone-two" not in opened.hover("As timeseries")
    opened.panel("As timeseries").get_by_text("zone-one").click()
    assert "zone-two" in opened.hover("As timeseries")


def test_an_alert_is_marked_on_every_plot_of_time(draw: Draw) -> None:
    opened = draw(small_dashboards.drawn(small_dashboards.every_view()))
    for kind in ("timeseries", "state-timeline", "heatmap"):
        assert opened.panel(f"As {kind}").locator(".preview-annotation").count() == 1
    mark = opened.panel("As timeseries").locator(".preview-annotation")
    assert "TooMany\n2026-05-01 12:25:00 to 2026-05-01 12:35:00" in str(mark.get_attribute("title"))


def test_without_data_a_panel_says_what_its_dashboard_says(draw: Draw) -> None:
    page = dashboard(panel(fieldConfig={"defaults": {"noValue": "Nobody came"}}))
    assert "Nobody came" in draw(page, World(empty=True)).panel("Events").inner_text()


def test_a_failed_query_shows_the_servers_words(draw: Draw) -> None:
    opened = draw(dashboard(), World(refused={"events": "parse error: unexpected x"}))
    assert "parse error: unexpected x" in opened.panel("Events").inner_text()
    assert opened.page.locator("[data-problem]").count() == 1


RANGED: dict[str, Any] = {
    "color": {"mode": "thresholds"},
    "mappings": [{"type": "value", "options": {"0": {"text": "shut"}, "1": {"text": "open"}}}],
    "thresholds": {"mode": "absolute", "steps": [{"color": "green", "value": None}]},
}


def test_a_state_timeline_is_drawn_in_ranges_where_grafana_does(draw: Draw) -> None:
    """Coloured by thresholds and merging, it ignores the mappings: one band named -∞+."""
    query = [target("app_doors")]
    for merge, words in ((True, {"-∞+"}), (False, {"shut", "open"})):
        shown = panel(
            "state-timeline",
            targets=query,
            fieldConfig={"defaults": RANGED, "overrides": []},
            options={"mergeValues": merge, "legend": {"showLegend": True}},
        )
        opened = draw(dashboard(shown))
        legend = opened.panel("Events").locator("button, li, span").all_text_contents()
        assert words <= set(legend), legend
        assert not ({"-∞+", "shut", "open"} - words) & set(legend)


def test_the_base_of_thresholds_needs_no_value(draw: Draw) -> None:
    """Most files of others save the base without one; over the limit it is red all the same."""
    steps = [{"color": "#00ff00"}, {"color": "#ff0000", "value": 1}]
    config = {"defaults": {"thresholds": {"mode": "absolute", "steps": steps}}, "overrides": []}
    given = dashboard(panel("stat", fieldConfig=config, options={"graphMode": "none"}))
    read = read_dashboard_json.read_dashboard(json.dumps(given), "x.json").model
    opened = draw(read)
    colour = "all => all.map(x => getComputedStyle(x).color)"
    assert "rgb(255, 0, 0)" in opened.panel("Events").locator("span").evaluate_all(colour)


def test_a_panel_of_another_time_says_so_beside_its_title(draw: Draw) -> None:
    opened = draw(dashboard(panel(timeFrom="6h", timeShift="1h")))
    assert "Last 6 hours timeshift -1h" in opened.panel("Events").inner_text()


@pytest.mark.parametrize("kind", ["heatmap", "state-timeline"])
def test_grafana_shows_no_words_of_its_own_on_these(draw: Draw, kind: str) -> None:
    shown = panel(kind, fieldConfig={"defaults": {"noValue": "Nobody came"}})
    text = draw(dashboard(shown), World(empty=True)).panel("Events").inner_text()
    assert "No data" in text
    assert "Nobody came" not in text


def test_a_name_may_be_made_of_labels(draw: Draw) -> None:
    config = {"defaults": {"displayName": "in ${__field.labels.zone}"}, "overrides": []}
    shown = panel(targets=[target("sum by (zone) (x)")], fieldConfig=config)
    assert "in zone-one" in draw(dashboard(shown)).panel("Events").inner_text()


def test_columns_are_joined_under_the_old_name_too(draw: Draw) -> None:
    queries = [
        target(f"sum by (zone) ({name})", refId=letter, format="table", instant=True)
        for name, letter in (("x", "A"), ("y", "B"))
    ]
    old = [{"id": "seriesToColumns", "options": {"byField": "zone"}}]
    given = dashboard(panel("table", targets=queries, transformations=old))
    read = read_dashboard_json.read_dashboard(json.dumps(given), "x.json").model
    text = draw(read).panel("Events").inner_text()
    assert "Value #A" in text
    assert "Value #B" in text


HARM = "<script>window.harmed=1</script><img src=x onerror='window.harmed=2'>"
LINK = "javascript:window.harmed=3"


def hostile() -> dict[str, Any]:
    said = f"{HARM} [click]({LINK}) <a href=\"{LINK}\">x</a> <iframe srcdoc='{HARM}'></iframe>"
    return dashboard(
        panel(title=HARM, description=said, links=[{"title": HARM, "url": LINK}]),
        panel("text", id=2, title="Markdown", options={"mode": "markdown", "content": said}),
        panel("text", id=3, title="HTML", options={"mode": "html", "content": said}),
        panel("table", id=4, title="Table", targets=[target("by (zone)", format="table")]),
        panel("stat", id=5, title="Stat", targets=[target("sum by (zone) (x)", legendFormat=HARM)]),
        panel("piechart", id=6, title="Pie", targets=[target("sum by (zone) (x)")]),
        title=HARM,
        links=[{"type": "link", "title": HARM, "url": LINK, "tooltip": HARM}],
    )


def test_a_hostile_dashboard_executes_nothing_and_asks_nobody(draw: Draw) -> None:
    opened = draw(hostile(), World(values={"zone": (HARM, "eu")}))
    page = opened.page
    assert opened.panel("Markdown").count() == 1
    hrefs = page.locator("a").evaluate_all("all => all.map(x => x.getAttribute('href'))")
    assert set(hrefs) <= {None, "", "about:blank"}
    page.mouse.move(300, 300)
    assert page.evaluate("window.harmed") is None
    assert page.get_by_role("heading", name="<script>").count() == 2  # the page's, the panel's
    outside = [url for url in opened.requests if not url.startswith(("file:", "about:"))]
    assert outside == []


def test_the_page_can_reach_no_server_and_run_no_text(draw: Draw) -> None:
    opened = draw(dashboard())
    with pytest.raises(Error, match="Failed to fetch"):
        opened.page.evaluate("fetch('http://127.0.0.1:9/').then(() => 1)")
    opened.page.evaluate(
        "(() => { const s = document.createElement('script'); s.textContent = 'window.harmed=1';"
        " document.body.append(s); })()"
    )
    assert opened.page.evaluate("window.harmed") is None
