"""A served page in a browser, before a real Prometheus: another time, other values, and its end."""

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.preview.conftest import MILLISECONDS
from tests.support import required_programs
from tests.support.made_up_prometheus import dashboard, panel, target, templating, variable
from toolkit.config.pyproject import Addresses, Config
from toolkit.preview import serve
from toolkit.preview.data_source import RequestedTime
from toolkit.preview.redraw_served_page import LiveDashboards
from toolkit.preview.run import ChosenDashboard, PreviewOptions
from toolkit.prometheus.client import Prometheus
from toolkit.stack import start_and_stop
from toolkit.stack.free_ports import on_free_ports
from toolkit.stack.server_commands import StackFiles

pytestmark = pytest.mark.programs

NEEDED = ("prometheus", "promtool", "prometheus-alertmanager")
FILES = StackFiles(
    prometheus=lambda _addresses: "global: {scrape_interval: 1h}\n",
    alertmanager=lambda _addresses: "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n",
)
WRONG = "'soon' is not a time"
# Two zones, of which one has a shop that the other lacks; a sample a minute for two hours.
STOCK = {("eu", "paris"): 11, ("eu", "rome"): 12, ("us", "boston"): 21}
SHOP = dashboard(
    panel(
        "stat",
        title="Stock",
        options={"graphMode": "none"},
        targets=[target('app_stock{zone="$zone", shop=~"$shop"}', legendFormat="{{shop}}")],
    ),
    panel("stat", id=2, title="Span", targets=[target("vector($__range_s)")]),
    panel("stat", id=3, title="Wrong", targets=[target("app_stock *")]),
    time={"from": "now-1h", "to": "now"},
    templating=templating(
        variable("zone", "label_values(app_stock, zone)", label="Zone"),
        variable(
            "shop",
            'label_values(app_stock{zone="$zone"}, shop)',
            label="Shop",
            multi=True,
            includeAll=True,
            current={"value": "$__all"},
        ),
    ),
)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[Path]:
    """The state folder of a stack that is ended after the test."""
    for name in NEEDED:
        required_programs.program(name)
    yield tmp_path / ".toolkit"
    start_and_stop.down(tmp_path / ".toolkit")


def started(state: Path) -> Addresses:
    """A Prometheus that has the stock of the last two hours."""
    now = int(time.time())
    lines = [
        f'app_stock{{zone="{zone}",shop="{shop}"}} {count} {at}'
        for (zone, shop), count in STOCK.items()
        for at in range(now - 7200, now + 60, 60)
    ]
    text = state.parent / "history.txt"
    text.write_text("\n".join([*lines, "# EOF\n"]), encoding="utf-8")
    subprocess.run(
        [
            "promtool",
            "tsdb",
            "create-blocks-from",
            "openmetrics",
            str(text),
            str(state / "prometheus"),
        ],
        check=True,
        capture_output=True,
    )
    state.chmod(0o700)
    config = on_free_ports(Config(root=state.parent, catalogue="app.catalogue:CATALOGUE"))
    return start_and_stop.up(config, FILES, state=state).addresses


@contextmanager
def opened(url: str, folder: Path, chromium: Browser) -> Iterator[tuple[Page, serve.PageUpdates]]:
    """The shop's page, served and shown by a browser, which asks nobody but its server."""
    options = PreviewOptions(requested=RequestedTime(0.0, "", "", "15s"), variables={})
    live = LiveDashboards(Prometheus(url), options, "dark")
    live.take([ChosenDashboard("shop", SHOP, "shop.json")])
    updates, asked, tab = serve.PageUpdates(), [], chromium.new_page()
    updates.publish(serve.DrawnPages(("shop.html",)))
    tab.on("request", lambda request: asked.append(request.url))
    tab.set_default_timeout(MILLISECONDS)
    server = serve.server(folder, updates, live=live)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    own = f"http://127.0.0.1:{server.server_address[1]}/"
    try:
        tab.goto(own)
        yield tab, updates
        assert {each.startswith(own) for each in asked} == {True}
    finally:
        server.shutdown()
        server.server_close()
        tab.close()


def choose(page: FrameLocator, control: str, option: str) -> None:
    page.get_by_role("button", name=control, exact=True).click()
    page.get_by_label(option, exact=True).click()


def choose_time(page: FrameLocator, words: str) -> None:
    page.get_by_role("button", name="Time range").click()
    page.get_by_role("button", name=words).click()


def test_a_page_asks_again_and_tells_errors_where_they_are(
    state: Path, tmp_path: Path, chromium: Browser
) -> None:
    with opened(started(state).prometheus, tmp_path, chromium) as (tab, updates):
        page = tab.frame_locator("iframe")
        stock, span = (page.locator(f'[data-panel="{title}"]') for title in ("Stock", "Span"))
        expect(stock).to_contain_text(re.compile("11.*12", re.DOTALL))
        wrong = page.locator('[data-panel="Wrong"]')
        expect(wrong).to_have_attribute("data-problem", re.compile("parse error"))

        choose(page, "Zone", "us")  # and with it the shops: what was All stays so
        expect(stock).to_contain_text("21")
        choose(page, "Zone", "eu")
        expect(stock).to_contain_text("11")
        choose(page, "Shop", "rome")
        tab.keyboard.press("Escape")
        expect(stock).not_to_contain_text("11")
        expect(stock).to_contain_text("12")

        choose_time(page, "Last 30 minutes")
        expect(span).to_contain_text("1800")
        page.get_by_role("button", name="Time range").click()
        page.get_by_label("From").fill("soon")
        page.get_by_role("button", name="Apply").click()
        expect(page.get_by_role("alert")).to_contain_text(WRONG)
        expect(stock).to_contain_text("12")  # what was drawn stays
        choose_time(page, "Last 1 hour")
        expect(page.get_by_role("alert")).to_have_count(0)

        # Loaded again after an edit, it shows what was chosen before.
        page.locator("h1").evaluate("heading => heading.dataset.old = 'true'")
        updates.publish(serve.DrawnPages(("shop.html",)))
        expect(page.locator("h1:not([data-old])")).to_be_visible()
        expect(page.get_by_role("button", name="Shop", exact=True)).to_have_text("rome")
        expect(stock).not_to_contain_text("11")

        start_and_stop.down(state)
        page.get_by_role("button", name="Refresh").click()
        gone = re.compile("nothing listens there")
        expect(stock).to_have_attribute("data-problem", gone)
