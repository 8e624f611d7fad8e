"""Discovery is strict, and names the file and line of what is wrong."""

import pytest

from tests.conftest import WriteProject
from toolkit import discovery
from toolkit.errors import ConfigurationError, DefinitionError, ToolkitError


def test_everything_declared_is_found(shop: WriteProject) -> None:
    shop()
    loaded = discovery.load()
    assert [metric.name for metric in loaded.catalogue.metrics] == ["shop_sales_total"]
    assert [(file.name, [a.name for a in file.alerts]) for file in loaded.rule_files] == [
        ("sales", ["NoSales"])
    ]
    assert [page.name for page in loaded.pages] == ["shop"]
    assert loaded.dashboard_urls == {
        "NoSales": "http://127.0.0.1:3000/d/shop?viewPanel=2",
    }
    assert [(x.subject, x.location.line) for x in loaded.expressions()] == [
        ("NoSales.expr", 8),
        ("shop: Sales: {{result}}", 11),
    ]


def test_a_panel_links_to_the_runbook_of_the_alert_that_watches_it(shop: WriteProject) -> None:
    shop()
    loaded = discovery.load()
    links = loaded.links(loaded.pages[0].dashboard)
    assert [(link.title, link.url) for link in links["Sales"]] == [
        ("Runbook: NoSales", "https://runbooks.example.com/NoSales")
    ]


def test_modules_with_an_underscore_are_skipped(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/dashboards/_draft.py").write_text("raise RuntimeError\n", encoding="utf-8")
    assert len(discovery.load().pages) == 1


REFUSED: dict[str, tuple[dict[str, tuple[str, str]], str]] = {
    "an unknown label, at the line that types it": (
        {"shop/alerts/sales/volume.py": ("result='paid'", "reslt='paid'")},
        "shop/alerts/sales/volume.py:8: shop_sales_total: unknown label 'reslt'; "
        "did you mean 'result'? (known: result)",
    ),
    "a broken expression": (
        {"shop/alerts/sales/volume.py": ("sum(rate(", "sum(raet(")},
        "shop/alerts/sales/volume.py:6: NoSales.expr: not PromQL: "
        "unknown function with name 'raet'",
    ),
    "a syntax error": (
        {"shop/alerts/sales/volume.py": ("NO_SALES = Alert(", "NO_SALES = = Alert(")},
        "shop/alerts/sales/volume.py:6: SyntaxError: invalid syntax",
    ),
    "any other exception in a definition": (
        {"shop/alerts/sales/volume.py": ("NO_SALES = ", "NO_SALES = 1 / 0 or ")},
        "shop/alerts/sales/volume.py:6: ZeroDivisionError: division by zero",
    ),
    "an alert whose panel is not there": (
        {"shop/alerts/sales/volume.py": ('panel="Sales"', 'panel="Sale"')},
        "shop/alerts/sales/volume.py:17: NoSales.panel: 0 panels are titled 'Sale'\n"
        "  fix: name one of: Sales.",
    ),
    "a module without an alert": (
        {"shop/alerts/sales/volume.py": ("NO_SALES = Alert(", "NO_SALES = dict(")},
        "shop/alerts/sales/volume.py: defines no Alert and no Recording.\n"
        "  fix: define one as a module constant, or rename the module to start with `_`.",
    ),
    "a dashboard module without DASHBOARD": (
        {"shop/dashboards/shop.py": ("DASHBOARD =", "BOARD =")},
        "shop/dashboards/shop.py: defines no DASHBOARD.",
    ),
    "a uid that is not the file's name": (
        {"shop/dashboards/shop.py": ('uid="shop"', 'uid="till"')},
        "shop/dashboards/shop.py:14: uid 'till' is not the file's name, 'shop'.",
    ),
    "a summary with a value in it": (
        {"shop/alerts/sales/volume.py": ("Nothing is sold.", "Nothing: {{ $value }}.")},
        "NoSales: the summary must be a fixed sentence",
    ),
    "a catalogue that is not there": (
        {"pyproject.toml": ("shop.catalogue:CATALOGUE", "shop.catalog:CATALOGUE")},
        "[tool.toolkit] catalogue = 'shop.catalog': there is no such module.",
    ),
    "a name in the catalogue's module that is not there": (
        {"pyproject.toml": ("shop.catalogue:CATALOGUE", "shop.catalogue:CATALOG")},
        "[tool.toolkit] catalogue = 'shop.catalogue:CATALOG': no Catalogue of that name.",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(shop: WriteProject, changes: dict[str, tuple[str, str]], message: str) -> None:
    shop(changes)
    with pytest.raises(ToolkitError) as caught:
        _ = discovery.load().dashboard_urls
    assert message in str(caught.value)
    assert isinstance(caught.value, DefinitionError | ConfigurationError)


def test_two_alerts_of_one_name_are_refused(shop: WriteProject) -> None:
    root = shop()
    folder = root / "shop/alerts/sales"
    text = (folder / "volume.py").read_text(encoding="utf-8")
    (folder / "copy.py").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="alert 'NoSales' is defined twice"):
        discovery.load()


def test_an_alert_that_a_module_imports_is_not_its_own(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/alerts/sales/again.py").write_text(
        "from shop.alerts.sales.volume import NO_SALES\n", encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match=r"again\.py: defines no Alert and no Recording"):
        discovery.load()


def test_a_folder_of_alerts_needs_no_init_file(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/alerts/sales/__init__.py").unlink()
    assert [alert.name for alert in discovery.load().alerts] == ["NoSales"]
    (root / "shop/alerts/notes").mkdir()
    (root / "shop/alerts/notes/read.txt").write_text("no module here\n", encoding="utf-8")
    assert [file.name for file in discovery.load().rule_files] == ["sales"]
