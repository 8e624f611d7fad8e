"""The reference system's dashboards show what they promise to show."""

import re
from dataclasses import replace
from typing import Any

from tests.support import small_dashboards
from tests.support.repository import ROOT
from toolkit.dashboards import INSTANT, Variable, View
from toolkit.lint.dashboard_rules import ignored_variable
from toolkit.lint.rules import unknown_metric, unused_metric
from toolkit.project import Page, Project
from toolkit.promql import selectors

ROWS = {
    "Overview": {
        "Webhook request rate": "stat",
        "Order success rate": "gauge",
        "Active requests": "gauge",
        "Pipeline latency P95": "gauge",
    },
    "Webhooks": {
        "Processing duration": "timeseries",
        "Validation failures by reason": "timeseries",
        "Signature failures": "timeseries",
        "Confidence filtering": "timeseries",
    },
    "Orders": {
        "Order execution duration": "timeseries",
        "Order failure rate by exchange": "timeseries",
        "Order size distribution": "bargauge",
    },
    "Security": {
        "Top rate-limited clients": "table",
        "Circuit breaker state": "state-timeline",
        "Audit events": "piechart",
    },
    "Exchange health": {
        "Exchange API latency": "timeseries",
        "Exchange error rate": "timeseries",
        "Exchange connections": "stat",
    },
}


def rows_of(data: dict[str, Any]) -> dict[str, dict[str, str]]:
    """By row title, the open panels below it with their types."""
    found: dict[str, dict[str, str]] = {}
    for item in data["panels"]:
        if item["type"] == "row":
            inside = found[item["title"]] = {}
        else:
            inside[item["title"]] = item["type"]
    return found


def test_the_execution_pipeline_has_its_five_rows_and_seventeen_panels(
    pages: dict[str, Any],
) -> None:
    data = pages["execution-pipeline"]
    open_rows = {row: panels for row, panels in rows_of(data).items() if panels}
    assert open_rows == ROWS
    assert (data["refresh"], data["time"]) == ("30s", {"from": "now-1h", "to": "now"})
    names = [variable["name"] for variable in data["templating"]["list"]]
    assert names == ["datasource", "exchange", "symbol", "source"]


def test_rates_follow_the_zoom_and_single_values_the_time_shown(reference: Project) -> None:
    for page in reference.pages:
        for panel in page.dashboard.panels:
            wanted = "[$__range]" if panel.view in INSTANT else "[$__rate_interval]"
            for query in panel.queries:
                ranges = query.expr.count("[")
                assert query.expr.count(wanted) == ranges, f"{panel.title}: {query.expr}"


def test_thresholds_are_those_of_the_objectives(pages: dict[str, Any]) -> None:
    lines = {
        panel["title"]: panel["fieldConfig"]["defaults"]["thresholds"]["steps"][-1]["value"]
        for panel in pages["execution-pipeline"]["panels"]
        if "thresholds" in panel.get("fieldConfig", {}).get("defaults", {})
    }
    assert lines["Processing duration"] == 0.1
    assert lines["Pipeline latency P95"] == 0.1
    assert lines["Order execution duration"] == 0.05
    assert lines["Order failure rate by exchange"] == 0.1
    assert lines["Order success rate"] == 0.9
    assert lines["Signature failures"] is None


def test_no_state_timeline_is_coloured_by_thresholds_and_every_other_panel_has_them(
    pages: dict[str, Any],
) -> None:
    """Coloured by thresholds, a state timeline that merges values ignores its states."""
    timelines = {}
    for uid, data in pages.items():
        for panel in small_dashboards.all_panels(data):
            defaults = panel["fieldConfig"]["defaults"]
            if panel["type"] == "state-timeline":
                timelines[uid, panel["title"]] = defaults["color"]
                assert panel["options"]["mergeValues"] is True, panel["title"]
                assert defaults.keys().isdisjoint({"thresholds", "noValue"}), panel["title"]
                assert defaults["mappings"], panel["title"]
            elif panel["type"] not in {"text", "heatmap"}:
                assert panel["type"] == "piechart" or defaults["thresholds"]["steps"]
                assert defaults["noValue"], panel["title"]
    by_state = {"mode": "fixed", "fixedColor": "text"}
    assert timelines == {
        ("execution-pipeline", "Circuit breaker state"): by_state,
        ("execution-pipeline", "Exceptional states"): by_state,
        ("execution-pipeline", "Trading halted"): by_state,
        ("stack-health", "Scrape targets"): by_state,
        ("stack-health", "Scrape targets by instance"): by_state,
        ("trading-services", "Services"): by_state,
        ("trading-services", "State of the services"): by_state,
    }


def test_scrape_targets_are_a_lane_for_each_job_and_instances_a_click_away(
    pages: dict[str, Any],
) -> None:
    """A lane for each instance is unreadable from twenty on: every load run is one."""
    data = pages["stack-health"]
    asked = {
        panel["title"]: panel["targets"][0]["expr"]
        for panel in small_dashboards.all_panels(data)
        if panel["title"].startswith("Scrape targets")
    }
    assert asked == {"Scrape targets": "min by (job) (up)", "Scrape targets by instance": "up"}
    (row,) = (item for item in data["panels"] if item["title"] == "Scrapes in detail")
    assert row["collapsed"] is True


def test_what_a_heatmap_and_a_bar_of_buckets_ask_for_keeps_le(reference: Project) -> None:
    found = [
        query
        for page in reference.pages
        for panel in page.dashboard.panels
        for query in panel.queries
        if query.buckets or panel.view is View.HEATMAP
    ]
    assert len(found) >= 2
    for query in found:
        assert "sum by (le) (" in query.expr, query.expr
        assert selectors(query.expr)[0].name.endswith("_bucket")


def test_every_metric_is_shown_and_every_choice_reaches_its_queries(reference: Project) -> None:
    assert [f.subject for f in unused_metric.RULE.check(reference) if not f.allowed] == []
    assert [f.subject for f in ignored_variable.RULE.check(reference) if not f.allowed] == []
    assert [f.message for f in unknown_metric.RULE.check(reference) if not f.allowed] == []


def test_a_variable_of_a_metric_that_nobody_declares_is_flagged(reference: Project) -> None:
    stranger = small_dashboards.board(
        variables=(Variable(small_dashboards.ZONE, small_dashboards.EVENTS, "Zone"),)
    )
    page = Page("events", "dashboards/events.py", stranger)
    found = list(unknown_metric.RULE.check(replace(reference, pages=(page,))))
    assert "events: $zone" in [f.subject for f in found]


def test_every_page_is_reached_from_the_pipeline_and_leads_back(pages: dict[str, Any]) -> None:
    linked = {uid: [link["url"] for link in data["links"]] for uid, data in pages.items()}
    others = sorted(f"/d/{uid}" for uid in pages if uid != "execution-pipeline")
    assert sorted(linked["execution-pipeline"]) == others
    for uid in pages.keys() - {"execution-pipeline"}:
        assert "/d/execution-pipeline" in linked[uid]


def test_the_page_about_the_pages_lists_each_with_its_own_words(reference: Project) -> None:
    text = (ROOT / "dashboards" / "README.md").read_text(encoding="utf-8")
    for page in reference.pages:
        line = f"| [`{page.name}`]({page.path.removeprefix('dashboards/')}) |"
        assert f"{line} {page.dashboard.help} |" in text
    source = (ROOT / "dashboards" / "execution_pipeline.py").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert example in source
    for link in re.findall(r"\]\(([^)]+)\)", text):
        assert (ROOT / "dashboards" / link).exists(), link
