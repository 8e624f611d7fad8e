"""Tables in documents, and a page for each lint rule and check."""

from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit import find_definitions
from toolkit.errors import DefinitionError
from toolkit.generate import write

TABLE = "before\n<!-- generated: {name} -->\nold\n<!-- end generated -->\nafter\n"
REFERENCE = {"pyproject.toml": ('job = "shop"', 'job = "shop"\nreference = "docs/reference"')}


def page(root: Path, name: str, table: str) -> str:
    """What `toolkit build` makes of a page with one table."""
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(TABLE.format(name=table), encoding="utf-8")
    return write.render(find_definitions.load()).texts[name]


@pytest.mark.parametrize("name", ["README.md", "docs/system.md", "docs/deep/er.md"])
def test_a_table_is_filled_wherever_a_document_asks_for_it(shop: WriteProject, name: str) -> None:
    text = page(shop(), name, "metrics")
    assert text.startswith("before\n<!-- generated: metrics -->\n| metric |")
    assert "| `shop_sales_total` | counter | count | result | Sales. |" in text
    assert text.endswith("<!-- end generated -->\nafter\n")
    assert "old" not in text


def test_the_labels_of_a_metric_are_named_with_commas(shop: WriteProject) -> None:
    labels = 'labels=(RESULT, Label("shop", values=("a",)))'
    root = shop({"shop/catalogue.py": ("labels=(RESULT,)", labels)})
    assert "| counter | count | result, shop | Sales. |" in page(root, "README.md", "metrics")


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("alerts", "| `NoSales` | warning | 5m | Nothing is sold. |"),
        ("scenarios", "| `rush` | A rush. |"),
        ("lint-rules", "| `rate-of-gauge` | error | "),
        ("checks", "| `targets-are-up` | 2 | "),
    ],
)
def test_every_table_has_its_rows(shop: WriteProject, table: str, row: str) -> None:
    assert row in page(shop(), "README.md", table)


def test_a_table_that_is_not_known_is_refused_with_its_page(shop: WriteProject) -> None:
    with pytest.raises(
        DefinitionError,
        match=r"docs/a\.md: unknown table 'metriks'; did you mean 'metrics'\?",
    ):
        page(shop(), "docs/a.md", "metriks")


def test_a_project_that_asks_for_none_gets_no_reference(shop: WriteProject) -> None:
    shop()
    assert not [x for x in write.render(find_definitions.load()).texts if "reference" in x]


def test_every_rule_and_check_has_a_page_of_its_own_words(shop: WriteProject) -> None:
    shop(REFERENCE)
    texts = write.render(find_definitions.load()).texts
    rule = texts["docs/reference/lint-rules/rate-of-gauge.md"]
    assert "# rate-of-gauge\n\nLevel: error.\n\n" in rule
    assert "Source: <https://" in rule
    assert "[`rate-of-gauge`](lint-rules/rate-of-gauge.md)" in texts["docs/reference/lint-rules.md"]
    check = texts["docs/reference/checks/clocks-agree.md"]
    assert "# clocks-agree\n\nGroup: 2 Prometheus is configured.\n\nPrometheus' clock" in check
    assert check.endswith("What to do where it fails: keep both clocks by NTP.\n")
    assert "## 2 Prometheus is configured" in texts["docs/reference/checks.md"]


def test_a_page_of_a_rule_that_is_gone_is_an_orphan(shop: WriteProject) -> None:
    root = shop(REFERENCE)
    output = write.render(find_definitions.load())
    write.write(root, output)
    old = root / "docs/reference/lint-rules/gone.md"
    old.write_text("old\n", encoding="utf-8")
    (root / "docs/reference/own.md").write_text("a page of the user's\n", encoding="utf-8")
    assert [x.path for x in write.check(root, output)] == ["docs/reference/lint-rules/gone.md"]
