"""Discovery is strict, and names the file and line of what is wrong."""

import importlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit import find_definitions
from toolkit.catalogue import Catalogue, Kind, Metric, Unit
from toolkit.errors import ConfigurationError, DefinitionError, ToolkitError, UsageError
from toolkit.find_definitions import joined
from toolkit.lint.rule import Rule


def test_everything_declared_is_found(shop: WriteProject) -> None:
    shop()
    loaded = find_definitions.load()
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
    loaded = find_definitions.load()
    links = loaded.links(loaded.pages[0].dashboard)
    assert [(link.title, link.url) for link in links["Sales"]] == [
        ("Runbook: NoSales", "https://runbooks.example.com/NoSales")
    ]


def test_modules_with_an_underscore_are_skipped(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/dashboards/_draft.py").write_text("raise RuntimeError\n", encoding="utf-8")
    assert len(find_definitions.load().pages) == 1


REFUSED: dict[str, tuple[dict[str, tuple[str, str]], str]] = {
    "an unknown label, at the line that types it": (
        {"shop/alerts/sales/volume.py": ("result='paid'", "reslt='paid'")},
        "shop/alerts/sales/volume.py:8: shop_sales_total: unknown label 'reslt'; "
        "did you mean 'result'? (known: result)",
    ),
    "a broken expression": (
        {"shop/alerts/sales/volume.py": ("sum(rate(", "sum(raet(")},
        "shop/alerts/sales/volume.py:8: NoSales.expr: not PromQL: "
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
    "a word that an enumeration lacks": (
        {"shop/alerts/sales/volume.py": ("Severity.WARNING", "Severity.WARNINGS")},
        "shop/alerts/sales/volume.py:10: unknown Severity 'WARNINGS'; did you mean 'WARNING'? "
        "(known: CRITICAL, INFO, WARNING)",
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
    "a page that refers to a dashboard that is not there": (
        {"shop/dashboards/shop.py": ('uid="shop",', 'uid="shop", see=("shp",),')},
        "shop/dashboards/shop.py: see: there is no dashboard 'shp'; did you mean 'shop'?",
    ),
    "a counter of requests that is not a metric": (
        {"pyproject.toml": ('job = "shop"', 'requests = "shop.catalogue:RESULT"')},
        "[tool.toolkit] requests = 'shop.catalogue:RESULT': RESULT is Label(…), not a Metric.\n"
        '  fix: write "module:NAME", where NAME is a Metric.',
    ),
    "a gauge for a counter of requests": (
        {
            "pyproject.toml": ('job = "shop"', 'requests = "shop.catalogue:SALES"'),
            "shop/catalogue.py": ("Kind.COUNTER,", "foreign=True, kind=Kind.GAUGE, help="),
        },
        "[tool.toolkit] requests = 'shop.catalogue:SALES': shop_sales_total is a gauge, which "
        "counts no requests.\n"
        "  fix: name the counter that counts every answer once, or leave the key out.",
    ),
    "a summary with a value in it": (
        {"shop/alerts/sales/volume.py": ("Nothing is sold.", "Nothing: {{ $value }}.")},
        "shop/alerts/sales/volume.py:12: NoSales: the summary must be a fixed sentence",
    ),
    "a catalogue that is not there": (
        {"pyproject.toml": ("shop.catalogue:CATALOGUE", "shop.catalog:CATALOGUE")},
        "[tool.toolkit] catalogue = 'shop.catalog': there is no such module.",
    ),
    "a path for a module": (
        {"pyproject.toml": ('alerts = "shop.alerts"', 'alerts = "../shop/alerts"')},
        "[tool.toolkit] alerts = '../shop/alerts': is not the name of a module.\n"
        '  fix: write it with dots, from the folder of pyproject.toml on: "shop.alerts".',
    ),
    "a relative name": (
        {"pyproject.toml": ("shop.catalogue:CATALOGUE", ".catalogue:CATALOGUE")},
        "[tool.toolkit] catalogue = '.catalogue': is not the name of a module.",
    ),
    "a catalogue that is something else": (
        {"pyproject.toml": ("shop.catalogue:CATALOGUE", "shop.catalogue:SALES")},
        "[tool.toolkit] catalogue = 'shop.catalogue:SALES': SALES is Metric(…), not a Catalogue.",
    ),
    "alerts in a module instead of a package": (
        {"pyproject.toml": ('alerts = "shop.alerts"', 'alerts = "shop.catalogue"')},
        "[tool.toolkit] alerts = 'shop.catalogue': is a module, not a package.\n"
        "  fix: name the package that holds it.",
    ),
    "a name in the catalogue's module that is not there": (
        {"pyproject.toml": ("shop.catalogue:CATALOGUE", "shop.catalogue:CATALOG")},
        "[tool.toolkit] catalogue = 'shop.catalogue:CATALOG': no Catalogue of that name; did "
        "you mean 'CATALOGUE'?\n  fix: write",
    ),
}


@pytest.mark.parametrize(("changes", "message"), REFUSED.values(), ids=REFUSED)
def test_refuses(shop: WriteProject, changes: dict[str, tuple[str, str]], message: str) -> None:
    shop(changes)
    with pytest.raises(ToolkitError) as caught:
        _ = find_definitions.load().dashboard_urls
    assert str(caught.value).startswith(message)
    assert isinstance(caught.value, DefinitionError | ConfigurationError)


@pytest.mark.parametrize("content", [b"X = 1\0\n", "X = 1\n".encode("utf-16")])
def test_a_module_in_another_encoding_is_named(shop: WriteProject, content: bytes) -> None:
    root = shop()
    (root / "shop/alerts/sales/volume.py").write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        find_definitions.load()
    assert caught.value.message.startswith("shop/alerts/sales/volume.py:1: SyntaxError: ")
    assert caught.value.fix == "save the file as UTF-8, as Python reads it."


def test_a_folder_or_a_link_in_place_of_a_module_is_named(shop: WriteProject) -> None:
    root = shop()
    path = root / "shop/alerts/sales/volume.py"
    path.unlink()
    path.symlink_to("away.py")
    with pytest.raises(DefinitionError) as caught:
        find_definitions.load()
    assert caught.value.message.endswith("sales/volume.py: is not a file that can be read.")
    assert caught.value.fix == "correct what it leads to, or move it away."


def test_two_alerts_of_one_name_are_refused(shop: WriteProject) -> None:
    root = shop()
    folder = root / "shop/alerts/sales"
    text = (folder / "volume.py").read_text(encoding="utf-8")
    (folder / "copy.py").write_text(text, encoding="utf-8")
    with pytest.raises(DefinitionError, match="alert 'NoSales' is defined twice"):
        find_definitions.load()


def test_an_alert_that_a_module_imports_is_not_its_own(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/alerts/sales/again.py").write_text(
        "from shop.alerts.sales.volume import NO_SALES\n", encoding="utf-8"
    )
    with pytest.raises(DefinitionError, match=r"again\.py: defines no Alert and no Recording"):
        find_definitions.load()


def test_rules_may_stand_in_a_tuple_and_a_group_may_have_its_interval(shop: WriteProject) -> None:
    root = shop(
        {"shop/alerts/sales/volume.py": ("NO_SALES = Alert(", "INTERVAL = '5s'\nX = Alert(")}
    )
    path = root / "shop/alerts/sales/volume.py"
    path.write_text(path.read_text(encoding="utf-8") + "BOTH = (X,)\ndel X\n", encoding="utf-8")
    (file,) = find_definitions.load().rule_files
    (group,) = file.groups
    assert (group.name, group.path, group.interval) == (
        "volume",
        "shop/alerts/sales/volume.py",
        "5s",
    )
    assert [alert.name for alert in group.alerts] == ["NoSales"]


def test_a_module_among_the_rule_files_holds_the_routing(shop: WriteProject) -> None:
    root = shop()
    assert find_definitions.load().routing is None
    (root / "shop/alerts/routes.py").write_text("", encoding="utf-8")
    with pytest.raises(DefinitionError) as caught:
        find_definitions.load()
    assert str(caught.value) == (
        "shop/alerts/routes.py: a module here defines ROUTING, and routes does not.\n"
        "  fix: define ROUTING, or put alerts into a folder, which is a rule file."
    )


def test_two_dashboards_of_one_title_are_refused(shop: WriteProject) -> None:
    root = shop()
    text = (root / "shop/dashboards/shop.py").read_text(encoding="utf-8")
    copy = text.replace('uid="shop"', 'uid="till-2"')
    (root / "shop/dashboards/till_2.py").write_text(copy, encoding="utf-8")
    with pytest.raises(DefinitionError, match="dashboard title 'Shop' is defined twice"):
        find_definitions.load()


def test_recordings_of_one_name_need_other_labels(shop: WriteProject) -> None:
    root = shop()
    rule = "{} = Recording(name='a:b:c', expr='up', because='It is tested.', labels={})\n"
    path = root / "shop/alerts/sales/burn.py"
    start = "from toolkit.alerts import Recording\n" + rule.format("ONE", {"slo": "a"})
    path.write_text(start + rule.format("TWO", {"slo": "a"}), encoding="utf-8")
    with pytest.raises(
        DefinitionError, match=r"recording rule .a:b:c\{'slo': 'a'\}. is defined twice"
    ):
        find_definitions.load()


def test_scenarios_are_the_public_modules_of_their_folder(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/loadtests/_shared.py").write_text("", encoding="utf-8")
    (root / "shop/loadtests/folder.py").mkdir()
    os.mkfifo(root / "shop/loadtests/pipe.py")  # reading it would wait for ever
    config = find_definitions.load().config
    assert find_definitions.scenarios(config) == {"rush": root / "shop/loadtests/rush.py"}
    assert find_definitions.scenario(config, "rush") == root / "shop/loadtests/rush.py"
    with pytest.raises(UsageError, match=r"unknown scenario 'rsh'; did you mean 'rush'\?"):
        find_definitions.scenario(config, "rsh")


def test_an_import_that_fails_inside_a_definition_is_not_called_a_missing_module(
    shop: WriteProject,
) -> None:
    shop(
        {
            "shop/catalogue.py": (
                "from toolkit.catalogue",
                "import nothing_like_it\nfrom toolkit.catalogue",
            )
        }
    )
    with pytest.raises(DefinitionError) as caught:
        find_definitions.load()
    assert str(caught.value) == (
        "shop/catalogue.py:3: ModuleNotFoundError: No module named 'nothing_like_it'"
        "\n  fix: install what has 'nothing_like_it', or correct the name."
    )


def test_a_folder_may_have_a_hyphen_in_its_name(shop: WriteProject) -> None:
    root = shop({"pyproject.toml": ('"shop.dashboards"', '"shop.my-boards"')})
    (root / "shop/dashboards").rename(root / "shop/my-boards")
    assert [page.name for page in find_definitions.load().pages] == ["shop"]


def test_a_folder_of_alerts_needs_no_init_file(shop: WriteProject) -> None:
    root = shop()
    (root / "shop/alerts/sales/__init__.py").unlink()
    assert [alert.name for alert in find_definitions.load().alerts] == ["NoSales"]
    (root / "shop/alerts/notes").mkdir()
    (root / "shop/alerts/notes/read.txt").write_text("no module here\n", encoding="utf-8")
    assert [file.name for file in find_definitions.load().rule_files] == ["sales"]


def test_an_exception_in_a_package_of_rules_is_named_with_its_line(
    shop: WriteProject, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = shop()
    monkeypatch.syspath_prepend(root)
    (root / "shop/rules").mkdir()
    (root / "shop/rules/__init__.py").write_text("", encoding="utf-8")
    rule = root / "shop/rules/own_rule.py"
    for text, said in {
        "\nraise SystemExit(0)\n": "shop/rules/own_rule.py:2: SystemExit: 0\n  fix: a definition",
        "\n\n1 / 0\n": "shop/rules/own_rule.py:3: ZeroDivisionError: division by zero",
        "def x(:\n": "shop/rules/own_rule.py:1: SyntaxError: invalid syntax",
    }.items():
        rule.write_text(text, encoding="utf-8")
        with pytest.raises(DefinitionError) as caught:
            find_definitions.named_for_their_file(("shop.rules",), "RULE", Rule, "lint")
        assert str(caught.value).startswith(said)


def test_an_interrupt_ends_the_command_and_is_no_error_of_the_definition(
    shop: WriteProject,
) -> None:
    shop({"shop/alerts/sales/volume.py": ("NO_SALES = ", "raise KeyboardInterrupt\nNO_SALES = ")})
    with pytest.raises(KeyboardInterrupt):
        find_definitions.load()


def test_the_services_catalogues_are_joined_where_they_agree() -> None:
    sold = Metric("shop_sold_total", Kind.COUNTER, "Sold.", unit=Unit.COUNT)
    open_ = Metric("till_open", Kind.GAUGE, "Open.", unit=Unit.COUNT)
    both = {"shop": Catalogue((sold,)), "till": Catalogue((open_, replace(sold)))}
    assert joined(both).metrics == (sold, open_)
    both["till"] = Catalogue((replace(sold, help="Otherwise."),))
    with pytest.raises(DefinitionError) as caught:
        joined(both)
    assert str(caught.value) == (
        "shop_sold_total: shop and till declare it differently.\n"
        "  fix: declare it once, and let both catalogues hold the same metric."
    )


def test_a_package_of_another_project_is_not_taken_for_this_ones(shop: WriteProject) -> None:
    shop({"pyproject.toml": ('alerts = "shop.alerts"', 'alerts = "alerts"')})
    elsewhere = Path(importlib.import_module("alerts").__path__[0]).resolve()
    with pytest.raises(ConfigurationError) as caught:
        find_definitions.load()
    assert str(caught.value) == (
        f"[tool.toolkit] alerts = 'alerts': is not in this project; Python finds {elsewhere}.\n"
        "  fix: create alerts/__init__.py here, or name the project's own package."
    )
