"""The project's dashboards in the report of a load."""

import html
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from loadtests._definitions import LOAD
from tests.support import required_programs
from tests.support.load_runs import OUTCOME, RUN
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.config import pyproject
from toolkit.errors import ExitStatus, UnreachableError, UsageError
from toolkit.load import dashboards_during_run, html_report
from toolkit.load.definitions import ServiceChart
from toolkit.load.results import ServiceSeries


class Answering:
    """A Prometheus that knows nothing, and remembers which times it was asked for."""

    def __init__(self) -> None:
        self.ends: set[float] = set()

    def ask(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        if "end" in (params or {}):
            self.ends.add(float((params or {})["end"]))
        return {"resultType": "matrix", "result": []} if "query" in path else []


class Away:
    """No Prometheus."""

    def ask(self, path: str, _params: Mapping[str, str] | None = None) -> Any:
        raise UnreachableError(f"{path}: nothing answers")


def test_a_dashboard_is_drawn_for_the_minutes_of_the_load() -> None:
    dashboards = dashboards_during_run.chosen(pyproject.load(ROOT), ["load-test"], ["x.html"])
    prometheus = Answering()
    outcome = dashboards_during_run.with_dashboards(OUTCOME, dashboards, prometheus, 5.0)
    (drawn,) = outcome.dashboards
    end = RUN.started + RUN.seconds + 5
    assert prometheus.ends
    assert all(end - 60 <= each <= end for each in prometheus.ends)
    text = html_report.as_html(outcome, LOAD)
    frames = r'<iframe title=".*?" srcdoc="(.*?)">'
    (page,) = re.findall(frames, text, re.DOTALL)
    assert html.unescape(page) == drawn.page
    assert f'"to":{int(end * 1000)}' in drawn.page


def test_what_cannot_be_drawn_is_said_before_anything_is_sent() -> None:
    project = pyproject.load(ROOT)
    assert dashboards_during_run.chosen(project, [], []) == ()
    with pytest.raises(UsageError, match="--panels draws into an HTML report"):
        dashboards_during_run.chosen(project, ["load-test"], ["x.json"])
    with pytest.raises(UsageError, match="did you mean 'load-test'"):
        dashboards_during_run.chosen(project, ["load-tst"], ["x.html"])


def test_a_server_that_is_away_costs_the_panels_and_not_the_report() -> None:
    dashboards = dashboards_during_run.chosen(pyproject.load(ROOT), ["load-test"], ["x.html"])
    outcome = dashboards_during_run.with_dashboards(OUTCOME, dashboards, Away(), 5.0)
    assert outcome.status in {ExitStatus.FINDINGS, ExitStatus.UNKNOWN}
    assert "Load: rush" in html_report.as_html(outcome, LOAD)


@pytest.mark.programs
def test_a_browser_draws_the_dashboard_within_the_report(tmp_path: Path) -> None:
    """In a sandbox it stayed blank: the page keeps its settings in the browser's storage."""
    chromium = required_programs.program("chromium")
    dashboards = dashboards_during_run.chosen(pyproject.load(ROOT), ["load-test"], ["x.html"])
    kinds = {f"a kind of answer {n}": [(0.0, 1.0), (1.0, 2.0)] for n in range(10)}
    series = ServiceSeries(ServiceChart("Answers", "/s", "up"), kinds)
    crowded = replace(OUTCOME, service=((series,),) * len(OUTCOME.results))
    outcome = dashboards_during_run.with_dashboards(crowded, dashboards, Answering(), 5.0)
    path = tmp_path / "x.html"
    path.write_text(html_report.as_html(outcome, LOAD), encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(PATIENCE_SECONDS * 1000)
        page.goto(path.as_uri())
        frame = page.frame_locator("iframe")
        frame.get_by_text("How to read this page").first.wait_for()
        page.emulate_media(color_scheme="dark")
        theme = "JSON.parse(document.getElementById('payload').textContent).theme === 'dark'"
        page.frames[1].wait_for_function(theme)
        frame.get_by_text("How to read this page").first.wait_for()
        for width in (390, 768, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") == width
        page.set_viewport_size({"width": 768, "height": 900})
        by_name = "[...document.querySelectorAll('h3')].find(x => x.textContent === 'By name')"
        scroll = f"{by_name}.nextElementSibling"
        assert page.evaluate(f"{scroll}.scrollWidth <= {scroll}.clientWidth")
        # Titles of columns wrap between words, and not within them.
        page.set_viewport_size({"width": 390, "height": 900})
        lines = "text => { const r = document.createRange(); r.selectNodeContents(text);"
        lines += " return r.getClientRects().length }"
        assert page.evaluate(f"({lines})({scroll}.querySelectorAll('th')[1])") == 1
        # On paper it is light, and no table is cut off: nobody can scroll there.
        page.emulate_media(color_scheme="dark", media="print")
        style = "selector => getComputedStyle(document.querySelector(selector))"
        assert page.evaluate(f"({style})('body').backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate(f"({style})('.scroll').overflowX") == "visible"
        browser.close()
