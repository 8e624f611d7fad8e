"""`abbreviated-count`: numbers that people compare are written out."""

from typing import Any

import pytest

from tests.support import small_dashboards
from tests.support.small_dashboards import WITHIN, panel
from toolkit.dashboards import OtherUnit, PanelUnit, Query, Row, View
from toolkit.imported.panel_as_written import PanelAsWritten
from toolkit.lint.dashboard_rules.abbreviated_count import RULE

SHORT = OtherUnit("short")
FLAGGED: dict[str, dict[str, Any]] = {
    "a table": {"unit": SHORT, "decimals": 0},
    "one query of it": {"decimals": 0, "queries": (Query("n", WITHIN.expr, unit=SHORT),)},
}
LEFT_ALONE: dict[str, dict[str, Any]] = {
    "with decimals": {"unit": SHORT},
    "a count": {"unit": PanelUnit.COUNT, "decimals": 0},
    "another unit": {"unit": OtherUnit("bytes"), "decimals": 0},
    "an imported one": {"unit": SHORT, "decimals": 0, "as_written": PanelAsWritten()},
}


def found(fields: dict[str, Any]) -> list[str]:
    page = small_dashboards.board(Row("All", (panel(View.TABLE, **fields),)))
    return [finding.message for finding in RULE.check(small_dashboards.project(page))]


@pytest.mark.parametrize("fields", FLAGGED.values(), ids=FLAGGED)
def test_flags(fields: dict[str, Any]) -> None:
    assert found(fields) == ['unit "short" without decimals shows 4,354 and 4,363 both as "4 K".']


@pytest.mark.parametrize("fields", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(fields: dict[str, Any]) -> None:
    assert found(fields) == []
