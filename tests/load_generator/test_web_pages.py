"""Locust's web page in a real browser: fill the form, start, look on, stop, download."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, sync_playwright

from tests.support import required_programs
from tests.support.repository import ROOT
from tests.support.service_process import SECRET
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.load.worker_processes import free_port

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
    port = free_port()
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "toolkit",
            "load",
            "normal",
            "--web",
            "--web-port",
            str(port),
            "--url",
            service,
        ],
        cwd=ROOT,
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


@pytest.mark.timeout(900)
def test_a_run_from_the_browser(page: Page, web: str, service: str) -> None:
    page.goto(web)
    # The scenario's own options are fields, and what was given is in them.
    assert page.locator("input[name=host]").input_value() == service
    assert page.locator("input[name=userCount]").input_value() == "100"
    page.get_by_text("Custom parameters").click()
    assert page.locator("input[name=secret]").get_attribute("type") == "password"
    page.locator("input[name=rate]").fill("40")
    page.locator("input[name=seed]").fill("7")
    page.locator("input[name=userCount]").fill("20")
    page.get_by_role("button", name=re.compile("start", re.IGNORECASE)).click()

    page.get_by_text("webhook: valid").first.wait_for()

    def sent() -> int:
        rows = requests.get(f"{web}/stats/requests", timeout=PATIENCE_SECONDS).json()["stats"]
        return int(rows[-1]["num_requests"])

    eventually(lambda: sent() > 60, "requests to be sent")
    page.get_by_role("tab", name="Judgement").click()
    page.get_by_role("cell", name="service time P95").wait_for()
    page.get_by_role("row").filter(has_text="unsent==0").first.wait_for()
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
