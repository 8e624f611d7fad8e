"""The example of a shop in Python, followed to the letter."""

from pathlib import Path

import pytest

from tests.support import required_programs
from tests.support.documents import commands
from tests.support.worked_example import WorkedExample

pytestmark = pytest.mark.programs


def test_it_is_built_and_linted(tmp_path: Path) -> None:
    example = WorkedExample("python-shop", tmp_path)
    for command in ("toolkit build", "toolkit lint"):
        assert command in commands(example.page)
        done = example.type(command)
        assert done.returncode == 0, done.stdout + done.stderr
    rules = example.folder / "observability/alerts/generated/rules/shop_alerts.yml"
    assert "alert: ShopErrorsHigh" in rules.read_text("utf-8")


@pytest.mark.long
@required_programs.PROMTOOL
def test_its_page_is_true(tmp_path: Path) -> None:
    example = WorkedExample("python-shop", tmp_path)
    said = example.follow()
    assert "coverage: 11 alerts and 22 recordings, all proved" in said["toolkit test"]
    assert "✓ p(95)<100ms" in said["toolkit load customers --duration 40"]
    assert "✓ scrape-matches-catalogue" in said["toolkit validate --wait 75"]
    assert "1/1 alerts proved" in said["toolkit drill --alert ShopErrorsHigh"]
    assert (example.folder / "build/preview/shop.html").is_file()
