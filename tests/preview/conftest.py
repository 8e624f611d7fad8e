"""One headless Chromium for all pages, and a page that remembers what went wrong in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.support import required_programs
from tests.support.made_up_prometheus import HOUR, World, drawing_options
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.preview import chromium as system
from toolkit.preview.draw_dashboard import collect
from toolkit.preview.html_file import html

WIDTH = 1200
MILLISECONDS = PATIENCE_SECONDS * 1000


@dataclass
class Opened:
    """A drawn page. `said` are its console's warnings and errors, `requests` its addresses."""

    page: Page
    said: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def panel(self, title: str) -> Any:
        return self.page.locator(f'[data-panel="{title}"]')

    def hover(self, title: str, x: float = 0.5, y: float = 0.5, inside: str = ".u-over") -> str:
        """What the tooltip says with the pointer there, as shares of the panel's plot."""
        self.panel(title).scroll_into_view_if_needed()
        place = self.panel(title).locator(inside).first.bounding_box()
        assert place is not None
        left, top = place["x"] + x * place["width"], place["y"] + y * place["height"]
        self.page.mouse.move(left - 2, top - 2)
        self.page.mouse.move(left, top)
        tip = self.page.get_by_role("tooltip")
        tip.wait_for()
        return str(tip.inner_text())


Draw = Callable[..., Opened]


@pytest.fixture(scope="module")  # its event loop must not outlive its module
def chromium() -> Iterator[Browser]:
    """The browser. Absent on a developer's machine, these tests are skipped; CI installs it."""
    path = system.find()
    if not path:
        required_programs.missing("no Chromium is on PATH")
    expect.set_options(timeout=MILLISECONDS)
    flags = [flag for flag in system.FLAGS if flag != "--headless"]
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=flags)
        yield launched
        launched.close()


@pytest.fixture
def draw(chromium: Browser, tmp_path: Path) -> Iterator[Draw]:
    """Draw a dashboard's JSON with a world's data, and open it."""
    context = chromium.new_context(
        viewport={"width": WIDTH, "height": 900}, timezone_id="UTC", locale="en-US"
    )
    context.set_default_timeout(MILLISECONDS)

    def opened(dashboard: dict[str, Any], world: World | None = None, **says: Any) -> Opened:
        theme = says.pop("theme", "dark")
        drawing = collect(dashboard, world or World(), drawing_options(**says))
        path = tmp_path / "page.html"
        path.write_text(
            html([drawing.data], time_range=HOUR, theme=theme, timezone="utc"), encoding="utf-8"
        )
        found = Opened(context.new_page())
        found.page.on("console", lambda x: _keep(found, x.type, x.text))
        found.page.on("pageerror", lambda error: found.said.append(str(error)))
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.goto(path.as_uri())
        found.page.wait_for_selector("html[data-drawn]", state="attached")
        return found

    yield opened
    context.close()


def _keep(opened: Opened, kind: str, text: str) -> None:
    if kind in {"error", "warning"}:
        opened.said.append(text)
