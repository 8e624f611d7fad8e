"""`docs/your-own-service.md`, followed to the letter in an empty folder, with the wheel alone."""

from pathlib import Path

import pytest

from tests.support import own_service_page, required_programs
from tests.support.installed import Environment, required

pytestmark = pytest.mark.programs


@pytest.fixture(scope="module")
def environment(toolkit_wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    made = Environment(tmp_path_factory.mktemp("installed") / "environment", *required("load"))
    made.install(toolkit_wheel)
    return made


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    own_service_page.write(tmp_path / "shop")
    return tmp_path / "shop"


@required_programs.PROMTOOL
def test_every_command_of_the_page_does_what_the_page_says(
    environment: Environment, shop: Path
) -> None:
    own_service_page.follow(shop, environment.toolkit)


def test_the_mistake_of_the_page_is_answered_as_it_says(
    environment: Environment, shop: Path
) -> None:
    alert = shop / "observability/alerts/shop/sales.py"
    alert.write_text(alert.read_text("utf-8").replace("(result='failed')", "(reslut='failed')"))
    done = environment.toolkit("build", folder=shop)
    assert done.returncode == 2
    assert done.stderr.strip() in own_service_page.PAGE.read_text(encoding="utf-8")
