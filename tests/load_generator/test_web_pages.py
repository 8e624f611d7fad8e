"""Locust's web page in a real browser: fill the form, start, look on, stop, download."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Locator, Page, Route, sync_playwright

from tests.support import required_programs
from tests.support.http_server import serving
from tests.support.repository import ROOT
from tests.support.scenario_runs import JUDGED, remembering, write_scenario
from tests.support.service_process import SECRET
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.stack.free_ports import free_port

pytestmark = pytest.mark.programs

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MILLISECONDS = PATIENCE_SECONDS * 1000


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """A page of a browser with a new, empty profile."""
    chromium = required_programs.program("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch_persistent_context(
            tmp_path / "profile", executable_path=chromium, args=FLAGS, accept_downloads=True
        )
        opened = browser.new_page()
        opened.set_default_timeout(MILLISECONDS)
        yield opened
        browser.close()


@pytest.fixture
def web(service: str) -> Iterator[str]:
    """The address of `toolkit load normal --web`, ended by Ctrl-C."""
    with web_page(ROOT, "normal", service) as address:
        yield address


@contextmanager
def web_page(root: Path, scenario: str, url: str) -> Iterator[str]:
    """The address of the scenario's page; it must end by Ctrl-C, and without a traceback."""
    port = free_port()
    # The scenario's own 20 seconds are over before a slow machine has drawn the page.
    options = ["--web", "--web-port", str(port), "--url", url, "--duration", "1h"]
    running = subprocess.Popen(
        [sys.executable, "-m", "toolkit", "load", scenario, *options],
        cwd=root,
        env={**os.environ, "EXECUTION_WEBHOOK_SECRETS": SECRET},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    address = f"http://127.0.0.1:{port}"

    def serves() -> bool:
        try:
            return requests.get(address, timeout=PATIENCE_SECONDS).ok
        except requests.ConnectionError:
            assert running.poll() is None, running.communicate()
            return False

    try:
        eventually(serves, "the web page")
        yield address
        running.send_signal(signal.SIGINT)
        _, err = running.communicate(timeout=PATIENCE_SECONDS)
        assert (running.returncode, "Traceback" in err) == (0, False), err
    finally:
        running.kill()
        running.communicate()


def top(field: Locator) -> float:
    """How far below the top of the page it is."""
    box = field.bounding_box()
    assert box is not None
    return box["y"]


def test_a_run_from_the_browser(page: Page, web: str, service: str) -> None:
    page.goto(web)
    # The scenario's own options are fields, and what was given is in them.
    assert page.locator("input[name=host]").input_value() == service
    assert page.locator("input[name=userCount]").input_value() == "100"
    # What is sent leads the form and is open, with what the scenario says by itself.
    page.get_by_text("the desk's ordinary traffic").wait_for()
    assert page.get_by_label("Scenario").input_value() == "scenario:normal"
    rate = page.locator("input[name=rate]")
    rate.wait_for()  # to be visible
    assert rate.input_value() == "100"
    assert top(page.get_by_label("Scenario")) < top(rate) < top(page.locator("input[name=host]"))
    assert page.locator("input[name=secret]").get_attribute("type") == "password"
    rate.fill("40")
    page.locator("input[name=seed]").fill("7")
    page.locator("input[name=userCount]").fill("20")
    page.get_by_role("button", name=re.compile("start", re.IGNORECASE)).click()

    page.get_by_text("webhook: valid").first.wait_for()

    def sent() -> int:
        rows = requests.get(f"{web}/stats/requests", timeout=PATIENCE_SECONDS).json()["stats"]
        return int(rows[-1]["num_requests"])

    eventually(lambda: sent() > 60, "requests to be sent")
    # Beside Locust's own figures, on whichever tab.
    judged = page.get_by_label("How the run is judged")
    judged.get_by_text("service time P95").wait_for()
    judged.get_by_text("unfinished", exact=True).wait_for()
    judged.get_by_role("listitem").filter(has_text="unsent==0: ").wait_for()
    page.get_by_role("tab", name="Refusals").click()
    page.get_by_role("cell", name="low_confidence").first.wait_for()

    page.get_by_role("button", name=re.compile("stop", re.IGNORECASE)).first.click()
    page.get_by_role("button", name=re.compile("^new", re.IGNORECASE)).first.wait_for()
    stopped = sent()
    row = page.get_by_role("row").filter(has_text="(all)")
    shown = int(row.get_by_role("cell").nth(2).inner_text())
    assert 0 < shown < stopped

    page.get_by_role("tab", name="Download Data").click()
    with page.expect_download() as ours:
        page.get_by_text("Download the toolkit's report").click()
    text = Path(ours.value.path()).read_text(encoding="utf-8")
    assert ours.value.suggested_filename == "toolkit-report.html"
    assert f"answered as expected, of {stopped}<" in text
    assert f"<td>{shown}</td>" in text.partition(">Answers</h3>")[2].partition("low_confidence")[2]
    assert "requests failed" not in text


SELLING = (
    JUDGED.replace("Buys", "Sells")
    + """
class Seller(JudgedUser):
    load = DefaultLoad(rate=7, seconds=1)

    @task
    def sell(self):
        with self.ask("GET", "/200", name="sell"):
            pass
"""
)
MIX = """
[tool.toolkit.mixes.evening]
buy = { rate = 10, duration = "1s" }
"""


def answer_with(route: Route, charts: dict[str, list[list[float]]]) -> None:
    """Let the page see these charts of the mix."""
    response = route.fetch()
    state = response.json()
    route.fulfill(response=response, json=state | {"mix": state["mix"] | {"charts": charts}})


def test_another_scenario_and_a_mix_are_chosen_in_the_form(page: Page, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    write_scenario(root, SELLING, "sell")
    write_scenario(root, SELLING.replace("sell", "buy").replace("Sells", "Buys"), "buy")
    pyproject = root / "pyproject.toml"
    pyproject.write_text(pyproject.read_text(encoding="utf-8") + MIX, encoding="utf-8")
    handler = remembering()
    with serving(handler) as url, web_page(root, "buy", url) as address:
        page.goto(address)
        page.get_by_text("Buys things.").wait_for()
        page.get_by_label("Scenario").select_option("sell")
        page.get_by_text("Sells things.").wait_for()
        assert page.get_by_label("Scenario").input_value() == "scenario:sell"
        assert page.locator("input[name=rate]").input_value() == "7"

        page.get_by_label("Scenario").select_option("evening")
        assert not page.locator("input[name=rate]").is_visible()
        assert handler.asked == []
        page.get_by_role("button", name="Start the mix evening").click()
        judged = page.get_by_label("How the run is judged")
        judged.get_by_text(re.compile("mix evening: (passed|failed)")).wait_for()
        assert handler.asked
        # As after fifteen seconds of two scenarios, for which no test shall wait.
        charts = {"buy": [[5, 20, 3.5], [10, 19.8, 4]], "sell": [[10, 7, 12.25]]}
        page.route("**/toolkit/state", lambda route: answer_with(route, charts))
        judged.get_by_role("img", name="answers a second").wait_for()
        judged.get_by_text("P95 so far, ms, up to 12.3").wait_for()
        drawn = judged.get_by_role("img", name="P95 so far, ms").locator("polyline")
        points = [line.get_attribute("points") for line in drawn.all()]
        assert points[1] == "300,0 300,0"
        assert (points[0] or "").split()[0].startswith("150,42.8")
        page.unroute("**/toolkit/state")
        judged.get_by_role("link", name="Report").click()
        page.get_by_role("heading", name="Load: buy").wait_for()
