"""Checks that need no server: source, tests, drills and documentation of the project on disk."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import WriteProject
from tests.support import project_builder
from tests.support.fake_servers import stack
from toolkit import find_definitions
from toolkit.config.pyproject import DrillConfig
from toolkit.drill_causes import Cause, Fault, Load, Quiet, Stop, Undrillable
from toolkit.generate import write
from toolkit.validate.check import Check, Skip
from validators.alerts_are_proved import CHECK as PROVED
from validators.alerts_can_be_drilled import CHECK as DRILLED
from validators.metrics_are_documented import CHECK as DOCUMENTED
from validators.metrics_are_updated import CHECK as UPDATED
from validators.no_metric_outside_catalogue import CHECK as OUTSIDE
from validators.runbooks_exist import CHECK as RUNBOOKS


def messages(check: Check) -> list[str]:
    found = check.run(stack(project=find_definitions.load()))
    return [f"{f.subject}: {f.message}" if f.subject else f.message for f in found]


def built(shop: WriteProject, changes: Mapping[str, tuple[str, str]] | None = None) -> Path:
    root = shop(changes)
    loaded = find_definitions.load()
    write.write(root, write.render(loaded))
    return root


def test_a_metric_that_nothing_updates_fails(shop: WriteProject) -> None:
    root = shop()
    assert messages(UPDATED) == [
        "shop_sales_total: is declared as SALES, and no function of the service updates it."
    ]
    till = "from shop.catalogue import SALES\n\n\ndef sell():\n    SALES.inc()\n"
    (root / "shop/till.py").write_text(till, encoding="utf-8")
    assert messages(UPDATED) == []


def test_a_metric_beside_the_catalogue_fails_at_its_line(shop: WriteProject) -> None:
    root = shop()
    assert messages(OUTSIDE) == []
    own = "from prometheus_client import Gauge\n\nMINE = Gauge('mine', 'Mine.')\n"
    (root / "shop/till.py").write_text(own, encoding="utf-8")
    assert messages(OUTSIDE) == ["shop/till.py:3: a Gauge is made with the client library itself."]


def test_a_service_whose_source_is_elsewhere_is_skipped(tmp_path: Path) -> None:
    with pytest.raises(Skip, match="the service's source, app/, is not here"):
        list(UPDATED.run(stack(project=project_builder.project(root=tmp_path))))


def test_foreign_metrics_are_judged_by_the_scrape(shop: WriteProject) -> None:
    root = shop({"shop/catalogue.py": ("unit=Unit.COUNT", "foreign=True, unit=Unit.COUNT")})
    (root / "README.md").write_text("# Shop\n", encoding="utf-8")
    assert messages(DOCUMENTED) == []
    for check in (UPDATED, OUTSIDE):
        with pytest.raises(Skip, match="every declared metric is foreign"):
            messages(check)


def test_an_alert_needs_both_directions_and_its_cases(shop: WriteProject) -> None:
    shop()
    assert messages(PROVED) == [
        "NoSales: has no proof of a case in which it fires.",
        "NoSales: has no case in the generated tests.",
    ]


def test_an_alert_with_both_directions_passes_once_built(shop: WriteProject) -> None:
    silent = 'proof=(Proof("no such series", {}, at="20m", fires=False),)'
    both = silent.replace(
        "proof=(",
        'proof=(Proof("none", {m.SALES.where(result="paid"): "0x30"}, at="20m", fires=True), ',
    )
    built(shop, {"shop/alerts/sales/volume.py": (silent, both)})
    assert messages(PROVED) == []


DRILLS: dict[str, tuple[Cause, DrillConfig, list[str]]] = {
    "a scenario that is there": (Load(scenario="rush"), DrillConfig(), []),
    "a scenario that is not": (
        Load(scenario="rsh"),
        DrillConfig(),
        ["TooMany: fired_by names the scenario 'rsh'; did you mean 'rush'? (known: rush)"],
    ),
    "a fault without an endpoint": (
        Fault("delay"),
        DrillConfig(),
        ["TooMany: fired_by is a fault, and [tool.toolkit.drill] faults is not set."],
    ),
    "a fault with one": (Fault("delay"), DrillConfig(faults="/faults"), []),
    "a process that there is not": (
        Stop("prometeus"),
        DrillConfig(),
        [
            "TooMany: fired_by stops a process, and there is no process 'prometeus'; did you mean "
            "'prometheus'? (known: alertmanager, app, prometheus)"
        ],
    ),
    "a process that there is": (Stop("alertmanager"), DrillConfig(), []),
    "no traffic to end": (
        Quiet(),
        DrillConfig(),
        ["TooMany: fired_by ends the traffic, and [tool.toolkit.drill] background is not set."],
    ),
    "traffic to end": (Quiet(), DrillConfig(background="rush"), []),
    "background that is no scenario": (
        Undrillable("It is not run."),
        DrillConfig(background="rash"),
        ["[tool.toolkit.drill] background is 'rash'; did you mean 'rush'? (known: rush)"],
    ),
    "an alert that there is not": (
        Load(scenario="rush", also=("TooMany", "Never")),
        DrillConfig(),
        ["TooMany: fired_by: also names 'Never' (known: TooMany)"],
    ),
}


@pytest.mark.parametrize(("cause", "config", "wrong"), DRILLS.values(), ids=DRILLS)
def test_causes(tmp_path: Path, cause: Cause, config: DrillConfig, wrong: list[str]) -> None:
    (tmp_path / "loadtests").mkdir()
    (tmp_path / "loadtests/rush.py").write_text('"""A rush."""\n', encoding="utf-8")
    given = project_builder.project(alerts=(project_builder.alert(fired_by=cause),), root=tmp_path)
    given = replace(given, config=replace(given.config, drill=config))
    found = DRILLED.run(stack(project=given))
    assert [f"{f.subject}: {f.message}" if f.subject else f.message for f in found] == wrong


@pytest.mark.parametrize("part", ["No income.", "1. Look at the till."])
def test_a_page_that_lacks_impact_or_response_fails(shop: WriteProject, part: str) -> None:
    page = built(shop) / "shop/alerts/generated/runbooks/NoSales.md"
    text = page.read_text(encoding="utf-8")
    assert part in text
    page.write_text(text.replace(part, ""), encoding="utf-8")
    assert messages(RUNBOOKS) == ["NoSales: has a page that does not say what its definition says."]


def test_runbooks_are_compared_both_ways(shop: WriteProject) -> None:
    root = built(shop)
    assert messages(RUNBOOKS) == []
    pages = root / "shop/alerts/generated/runbooks"
    page = pages / "NoSales.md"
    page.rename(pages / "Old.md")
    assert messages(RUNBOOKS) == [
        "NoSales: has no runbook page.",
        "Old: has a page, and there is no such alert.",
    ]


def test_the_readme_must_name_each_metric(shop: WriteProject) -> None:
    root = shop()
    with pytest.raises(Skip, match=r"the project has no README\.md"):
        messages(DOCUMENTED)
    readme = root / "README.md"
    readme.write_text("# Shop\n", encoding="utf-8")
    assert messages(DOCUMENTED) == [
        "shop_sales_total: is not in README.md, nor in a page below docs/."
    ]
    readme.write_text("| `shop_sales_total` |\n", encoding="utf-8")
    assert messages(DOCUMENTED) == []
