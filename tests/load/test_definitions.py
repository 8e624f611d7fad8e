"""What a project says about its load tests."""

import pytest

from tests.conftest import WriteProject
from toolkit.catalogue import Kind, Label, Metric, Unit
from toolkit.config import pyproject
from toolkit.errors import DefinitionError
from toolkit.load.definitions import AnswerCounter, LoadDefinitions, read

STATUS = Label("status", values=("ok", "late"))
ORDERS = Metric("shop_orders_total", Kind.COUNTER, "Orders.", unit=Unit.COUNT, labels=(STATUS,))
STOCK = Metric("shop_stock", Kind.GAUGE, "Stock.", unit=Unit.COUNT)


def test_a_counter_is_selected_by_label_values() -> None:
    counter = AnswerCounter("orders", ("200",), ORDERS, {"status": ("ok", "late")})
    assert counter.selector == 'shop_orders_total{status=~"ok|late"}'


def test_only_a_counter_can_be_compared_with_what_was_sent() -> None:
    with pytest.raises(DefinitionError, match="stock: shop_stock is not a counter, but a gauge"):
        AnswerCounter("stock", ("200",), STOCK)


def test_a_value_that_the_label_lacks_is_refused() -> None:
    with pytest.raises(DefinitionError, match="lost"):
        AnswerCounter("orders", ("200",), ORDERS, {"status": ("lost",)})


def test_a_project_without_definitions_runs_its_demo(shop: WriteProject) -> None:
    settings = pyproject.load(shop())
    assert settings.load == ""
    assert read(settings) == LoadDefinitions(normal=settings.demo)


def test_definitions_are_found_by_name(shop: WriteProject) -> None:
    named = 'job = "shop"\nload = "shop.loads:LOAD"'
    root = shop({"pyproject.toml": ('job = "shop"', named)})
    (root / "shop/loads.py").write_text(
        "from toolkit.load.definitions import LoadDefinitions\n"
        'LOAD = LoadDefinitions(normal="rush", secret="SHOP_SECRET")\n',
        encoding="utf-8",
    )
    assert read(pyproject.load(root)).secret == "SHOP_SECRET"
