"""A page that cannot be drawn is told by the browser, and not waited for."""

from pathlib import Path

import pytest

from tests.support import required_programs
from toolkit.preview import chromium

pytestmark = pytest.mark.programs


def test_the_words_of_a_page_that_failed_are_the_error(tmp_path: Path) -> None:
    path = chromium.find()
    if not path:
        required_programs.missing("no Chromium is on PATH")
    page = tmp_path / "shop.html"
    page.write_text('<html data-failed="Error: no theme"></html>', encoding="utf-8")
    with (
        chromium.started(path) as opened,
        pytest.raises(chromium.BrowserError, match=r"^shop\.html was not drawn: Error: no theme\."),
    ):
        opened.screenshot(page)
