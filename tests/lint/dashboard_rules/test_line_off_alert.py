"""`line-off-alert`: the line on the panel is where the alert fires."""

import pytest

from tests.support import project_builder, small_dashboards
from toolkit.dashboards import Dashboard, Row
from toolkit.findings import Allow
from toolkit.lint.dashboard_rules.line_off_alert import RULE, bound

BOUNDS: dict[str, tuple[str, float | None]] = {
    "over": ("sum(rate(app_events_total[5m])) > 5", 5),
    "at least": ("sum(rate(app_events_total[5m])) >= 0.1", 0.1),
    "under": ("sum(rate(app_events_total[5m])) < 0.95", 0.95),
    "in brackets": ("(sum(rate(app_events_total[5m])) > 5)", 5),
    "of a ratio with a guard of its own": ("(app_doors) / (app_doors > 2) > 0.5", 0.5),
    "equal to a state": ("app_doors == 2", None),
    "with another series": ("app_doors > app_events_total", None),
    "two comparisons": ("app_doors > 1 and app_doors > 2", None),
    "none": ("absent(app_doors)", None),
}


@pytest.mark.parametrize(("expr", "wanted"), BOUNDS.values(), ids=BOUNDS)
def test_reads_the_bound(expr: str, wanted: float | None) -> None:
    assert bound(expr) == wanted


def page(line_at: float | None, *, allow: tuple[Allow, ...] = ()) -> Dashboard:
    return small_dashboards.board(
        Row("All", (small_dashboards.panel(title="Events", line_at=line_at, allow=allow),))
    )


def messages(line_at: float | None, *exprs: str) -> list[str]:
    alerts = tuple(
        project_builder.alert(f"Alert{n}", expr) for n, expr in zip("AB", exprs, strict=False)
    )
    project = small_dashboards.project(page(line_at), alerts=alerts)
    return [finding.message for finding in RULE.check(project)]


def test_flags_a_line_that_no_alert_knows() -> None:
    assert messages(0.2, "app_doors > 0.1") == [
        "the line is at 0.2, and the alert fires elsewhere: AlertA at 0.1."
    ]
    assert messages(0.2, "app_doors > 0.1", "app_doors > 5") == [
        "the line is at 0.2, and the alert fires elsewhere: AlertA at 0.1, AlertB at 5."
    ]


def test_leaves_alone() -> None:
    assert messages(0.1, "app_doors > 0.1") == []
    assert messages(0.1, "app_doors > 5", "app_doors > 0.1") == [], "one of two alerts is enough"
    assert messages(None, "app_doors > 0.1") == [], "no line"
    assert messages(0.2, "app_doors == 2") == [], "no plain bound"
    assert messages(0.2) == [], "no alert"


def test_points_to_the_line_and_takes_a_reason() -> None:
    shown = page(0.2, allow=(Allow("line-off-alert", reason="drawn for the desk"),))
    alerts = (project_builder.alert("AlertA", "app_doors > 0.1"),)
    (finding,) = RULE.check(small_dashboards.project(shown, alerts=alerts))
    assert finding.allowed == "drawn for the desk"
    assert finding.subject == "Events"
    assert finding.location is not None
    assert finding.location.path.endswith("boards.py")


@pytest.mark.parametrize("operator", [">", ">=", "<", "<="])
def test_every_order_has_a_bound(operator: str) -> None:
    assert bound(f"(app_doors {operator} 0.1)") == 0.1
    assert bound(f"app_doors {operator} app_doors") is None
