"""Each rule for dashboards in files: what it flags, and what it leaves alone."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support import written_dashboards as made
from tests.support.written_dashboards import SOURCE, board, panel, project, query_variable
from toolkit.findings import Level, Location
from toolkit.grafana.dashboard_files.found_dashboards import DashboardFolder, MalformedDashboard
from toolkit.lint import run
from toolkit.lint.report import Format, render
from toolkit.lint.rule import Rule

RULES: dict[str, Rule] = {rule.id: rule for rule in run.rules(run.DASHBOARD_FILE_RULES)}
CHOSEN = 'job=~"$job", instance=~"$instance"'
LOKI = {"type": "loki", "uid": "${datasource}"}


class Known:
    """Two metrics, as a server or a catalogue knows them."""

    def labels(self, metric: str) -> frozenset[str] | None:
        known = {"up": frozenset({"job", "instance"}), "any_total": frozenset[str]()}
        return known.get(metric)

    def names(self) -> frozenset[str]:
        return frozenset({"up", "any_total"})


def of(*panels: dict[str, Any], **says: Any) -> tuple[dict[str, Any], ...]:
    return (board(*panels, **says),)


def states(**says: Any) -> dict[str, Any]:
    defaults = {
        "unit": "s",
        "mappings": [{"type": "value", "options": {}}],
        "color": {"mode": "thresholds"},
    } | says.pop("defaults", {})
    config = {"defaults": defaults, "overrides": []}
    return panel(type="state-timeline", fieldConfig=config, **says)


def overridden(name: str, value: Any) -> dict[str, Any]:
    """A state timeline in one colour, but for a series."""
    made = states(defaults={"color": {"mode": "fixed"}})
    changed = {"properties": [{"id": "unit", "value": "s"}, {"id": name, "value": value}]}
    made["fieldConfig"]["overrides"] = [{}, changed]
    return made


def variables(*others: dict[str, Any]) -> dict[str, Any]:
    own = [made.CHOICE, query_variable("job"), query_variable("instance")]
    return {"list": [*own, *others]}


def alerts(step: str | None, since: str) -> dict[str, Any]:
    annotation = {"name": "Alerts", "expr": "ALERTS", **({"step": step} if step else {})}
    return {"annotations": {"list": [annotation]}, "time": {"from": since, "to": "now"}}


INPUT = {"type": "prometheus", "uid": "DS_PROMETHEUS"}
UNPARSABLE = 'label_values(up{a="b", z)'
RATE = f"rate(x_total{{{CHOSEN}}}[$__rate_interval])"
QUANTILE = f"histogram_quantile(0.9, sum by (%s) (rate(x_bucket{{{CHOSEN}}}[$__rate_interval])))"
# By rule: what is flagged, each with a part of the words.
FLAGGED: dict[str, list[tuple[tuple[dict[str, Any], ...], str]]] = {
    "unparsable-query": [
        (of(panel("sum by (job (up)")), "not PromQL: "),
        (of(panel(targets=[{"expr": '{app="a"', "datasource": LOKI}])),
         "not LogQL: expected '}', not the end"),
        (of(panel(targets=[{"expr": 'rate({app="a"})', "datasource": LOKI}])),
         "not LogQL: expected a window such as [5m]"),
    ],
    "unparsable-variable-query": [
        (
            of(templating=variables(query_variable("z", query=query, definition=definition))),
            "not PromQL: ",
        )
        for query, definition in (
            (UNPARSABLE, ""), ({"query": UNPARSABLE}, ""), ("", UNPARSABLE), (None, UNPARSABLE),
        )
    ],
    "fixed-rate-window": [
        (of(panel(f"rate(x_total{{{CHOSEN}}}[5m])")), "the window [5m] does not follow the zoom."),
        (of(panel(f"sum(increase(x_total{{{CHOSEN}}}[1h]))")), "[1h]"),
        (of(panel(f"rate(x_total{{{CHOSEN}}}[$__interval])")),
         "the window [$__interval] may hold one sample"),
        (of(panel(targets=[{"expr": "rate(x_total[5m])", "instant": True, "range": True,
                            "datasource": SOURCE}])), "[5m]"),
        (of(panel(f"rate(x_total{{{CHOSEN}}}[${{__interval}}])")), "[${__interval}] may hold one"),
    ],
    "rate-interval-as-step": [
        (of(panel(targets=[{"expr": RATE, "interval": "1m", "datasource": SOURCE}])), "step 1m"),
    ],
    "equals-multi-value": [
        (of(panel('up{job="$job", instance=~"$instance"}')), "$job may hold several values"),
        (of(panel('up{job!="${job}", instance=~"$instance"}')), "`!=` compares with one."),
        (of(panel('up{job="a-$job", instance=~"[[instance]]"}')), "$job"),
    ],
    "undefined-variable": [
        (of(panel('up{job=~"$jobs", instance=~"$instance"}')), "$jobs is not defined; did"),
        (of(panel("up", repeat="zones", targets=[
            {"expr": f"up{{{CHOSEN}}}", "datasource": SOURCE}])), "$zones is not defined (known: "),
        (of(panel(targets=[{"expr": f"up{{{CHOSEN}}}", "legendFormat": "of $zone",
                            "datasource": SOURCE}])), "$zone is not defined"),
    ],
    "unused-variable": [
        (of(templating=variables(query_variable("zone"))), "nothing uses it"),
    ],
    "quantile-without-le": [
        (of(panel(QUANTILE % "job")), "drops `le`"),
        (of(panel(f"histogram_quantile(0.9, ((sum(rate(x_bucket{{{CHOSEN}}}[5m])))))")), "`le`"),
        (of(panel(f"1 - histogram_quantile(0.9, sum without (le) (x_bucket{{{CHOSEN}}}))")),
         "drops `le`"),
    ],
    "dashboard-counter-without-rate": [
        (of(panel(f"sum(x_total{{{CHOSEN}}})")), "`x_total` is a counter by its name"),
        (of(panel(f"sum(x_bucket{{{CHOSEN}}})")), "`x_bucket` is a counter by its name"),
        (of(panel(targets=[{"expr": "sum(", "datasource": SOURCE},
                           {"expr": "max_over_time(x_total[1h])", "datasource": SOURCE}])),
         "`x_total` is a counter by its name"),
    ],
    "unknown-dashboard-metric": [
        (of(panel(f"upp{{{CHOSEN}}}")), "`upp` is not exported; did you mean 'up'?"),
        (of(panel(f'up{{{CHOSEN}, zone="eu"}}')), "`up` has no label `zone`"),
        (of(panel(targets=[{"expr": "sum(", "datasource": SOURCE},
                           {"expr": "1 + zzzzzzz", "datasource": SOURCE}])),
         "`zzzzzzz` is not exported."),
        (of(panel('up{zone="", instances=~"$instance"}')), "`up` has no label `instances`; did"),
    ],
    "hard-coded-data-source": [
        (of(panel(datasource={"type": "prometheus", "uid": "P18"}, targets=[])), "always 'P18'"),
        (of(panel(datasource="Main", targets=[])), "always 'Main'"),
    ],
    "no-data-source-variable": [
        (of(templating={"list": [query_variable("job"), query_variable("instance")]}), "has no"),
    ],
    "missing-target-variable": [
        (of(templating={"list": [made.CHOICE, query_variable("job")]}), "no variable $instance"),
    ],
    "query-ignores-variable": [
        (of(panel('up{job=~"$job"}')), "chooses in $instance does not reach `up`"),
        (of(panel('up{instance=~"$instance"}')), "chooses in $job does not reach `up`"),
    ],
    "variable-not-reloaded": [
        (of(templating=variables(query_variable("zone", refresh=1))), "the time at which"),
    ],
    "editable-dashboard": [(of(editable=True), "may be edited")],
    "panel-without-title": [(of(panel(title=" ")), "has no title")],
    "panel-without-description": [(of(panel(description="")), "has no description")],
    "panel-without-unit": [(of(panel(fieldConfig={"defaults": {}})), "has no unit")],
    "panel-without-queries": [
        (of(panel(type=kind, targets=[])), "has no query")
        for kind in (
            "timeseries", "stat", "gauge", "bargauge", "table", "piechart", "heatmap",
            "histogram", "barchart", "state-timeline", "status-history",
        )
    ],
    "duplicate-dashboard": [
        ((board(), board(title="Other")), "the uid 'shop' is that of 0.json too."),
        ((board(), board(uid="b")), "the title 'Shop' is that of 0.json too."),
    ],
    "overlapping-panels": [
        (
            of(panel(), panel(id=2, title="Q", gridPos={"x": 6, "y": 4, "w": 12, "h": 8})),
            "lies over 'P'.",
        ),
        (
            of({"type": "row", "id": 9, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1},
                "panels": [panel(), panel(id=2, title="")]}),
            "lies over 'P'.",
        ),
        (
            of(panel(title=""), panel(id=2, title="Q", gridPos={"x": 11, "y": 7, "w": 1, "h": 1})),
            "lies over '1'.",
        ),
    ],
    "state-timeline-in-ranges": [
        (of(states()), "the ranges of its thresholds"),
        (of(states(options={"mergeValues": True})), "the ranges of its thresholds"),
        (of(states(defaults={"thresholds": {"steps": [{"value": None}]}})), "the ranges of its"),
        (of(overridden("color", {"mode": "thresholds"})), "the ranges of its thresholds"),
    ],
    "count-in-short": [
        (of(panel(type=kind, fieldConfig={"defaults": {"unit": "short", "decimals": 0}})), "4 K")
        for kind in ("stat", "gauge", "bargauge", "table", "piechart")
    ],
    "annotation-step-too-short": [
        (of(**alerts("30s", "now-24h")), "does not join samples 58 s apart"),
        (of(**alerts(None, "now-7d")), "its step of 60 s does not join samples 403 s apart"),
    ],
    "logql-fixed-window": [
        (of(panel('rate({app="a"} [5m])', datasource=LOKI, targets=[
            {"expr": 'rate({app="a"} [5m])', "datasource": LOKI}])), "[5m] does not follow"),
    ],
}  # fmt: skip
LEFT_ALONE: dict[str, list[tuple[dict[str, Any], ...]]] = {
    "unparsable-query": [
        of(panel(f"topk($n, rate(x_total{{{CHOSEN}}}[$__rate_interval]))")),
        of(panel(targets=[{"expr": "SELECT 1", "datasource": {"type": "mysql"}}])),
        of(panel('[[metric]]{a="b"}')),
        of(panel(targets=[{"expr": 'sum(rate({app="$app"} |~ "$x" | json [$__auto]))',
                           "datasource": LOKI}])),
    ],
    "unparsable-variable-query": [
        of(templating=variables(query_variable("z", query=query)))
        for query in (
            'label_values(up{a=~"$job"}, z)', "label_values(z)", "query_result(sum(up))",
            "metrics(up.*)", "label_names()", 'label_values({__name__=~"a.*"}, z)',
            "label_values(up,\n  z)", "query_result(\n  sum(up)\n)", "metrics(\n  up.*\n)",
        )
    ],
    "fixed-rate-window": [
        of(panel(RATE)),
        of(panel("avg_over_time(x[5m])")),
        of(panel("increase(x_total[$__range])")),
        of(panel("avg_over_time(x[$__interval])")),
        of(panel(targets=[{"expr": "rate(x_total[5m])", "instant": True}])),
    ],
    "rate-interval-as-step": [
        of(panel(targets=[{"expr": RATE, "interval": "$step"}])),
        of(panel(targets=[{"expr": "up", "interval": "1m"}])),
    ],
    "equals-multi-value": [
        of(panel('up{job=~"$job"}')),
        of(panel('up{job="$one"}'), templating=variables(query_variable("one", multi=False))),
        of(panel('up{job="${job:raw}"}')),
    ],
    "undefined-variable": [
        of(panel('label_replace(up{job=~"$job"}, "a", "$1", "b", "(.*)")')),
        of(panel("rate(x_total[$__rate_interval])")),
        of(panel(targets=[{"expr": "up", "legendFormat": "$job {{zone}} $1"}])),
        of(panel(repeat="job")),
    ],
    "unused-variable": [
        of(templating=variables({"type": "adhoc", "name": "filters"})),
        of(panel(title="of $zone"), templating=variables(query_variable("zone"))),
        of(
            panel(title="of $zone"),
            templating=variables(
                query_variable("area"),
                query_variable("zone", query='label_values(up{area="$area"}, zone)'),
            ),
        ),
        of(panel(repeat="zone"), templating=variables(query_variable("zone"))),
    ],
    "quantile-without-le": [
        of(panel(QUANTILE % "le, job")),
        of(panel("histogram_quantile(0.9, rate(x_bucket[5m]))")),
        of(panel("histogram_quantile(0.9, sum without (job) (rate(x_bucket[5m])))")),
        of(panel("histogram_quantile(0.9, sum by (job) (rate(native[5m])))")),
    ],
    "dashboard-counter-without-rate": [
        of(panel(RATE)), of(panel("count(x_total)")), of(panel("x_total", type="table")),
        of(panel("1 / scalar(count(count by (a) (x_total)))")),
        of(panel("weave_unreachable_count")),
    ],
    "unknown-dashboard-metric": [
        of(panel("any_total{zone='eu'}")), of(panel('$metric{a="b"}')), of(panel('{job="a"}')),
    ],
    "hard-coded-data-source": [
        of(panel(datasource=None, targets=[])),
        of(panel(datasource={"type": "datasource", "uid": "-- Mixed --"}, targets=[])),
        of(panel(type="text", datasource={"type": "grafana", "uid": "x"}, targets=[])),
    ],
    "no-data-source-variable": [
        of(panel(type="text", targets=[]), templating={"list": []}),
        # An exported file asks for the source when it is imported.
        of(panel(datasource=None, targets=[{"expr": "up", "datasource": INPUT}]),
           templating={"list": []}),
        of(panel(datasource=INPUT, targets=[{"expr": "up"}]), templating={"list": []}),
    ],
    "missing-target-variable": [of(panel(type="text", targets=[]), templating={"list": []})],
    "query-ignores-variable": [
        of(panel("up"), templating={"list": [made.CHOICE]}),
        of(panel(targets=[{"expr": '{app="a"}', "datasource": LOKI}])),
        of(panel('sum(up{job="a"}')),  # `unparsable-query` says so
    ],
    "variable-not-reloaded": [
        of(templating=variables({"type": "custom", "name": "c", "query": "a"})),
    ],
    "panel-without-title": [of(panel(type="text", title=""))],
    "panel-without-description": [
        of(panel(type="text", description="")),
        of(panel(type="", description="", libraryPanel={"uid": "a", "name": "b"})),
    ],
    "panel-without-unit": [
        of(panel(type="table", fieldConfig={})),
        of(panel(fieldConfig={"defaults": {}, "overrides": [
            {"properties": [{"id": "unit", "value": "s"}]}]})),
    ],
    "panel-without-queries": [of(panel(type="text", targets=[]))],
    "duplicate-dashboard": [(board(), board(uid="b", title="B"))],
    "overlapping-panels": [
        of(panel(), panel(id=2, gridPos={"x": 12, "y": 0, "w": 12, "h": 8})),
        of(panel(), {"type": "row", "id": 9, "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}}),
        of(panel(), panel(id=2, gridPos={"x": 0, "y": 8, "w": 12, "h": 8})),
        of(panel(), panel(id=2, gridPos={"x": 0, "y": 0, "w": 12})),
        of(panel(), panel(id=2, gridPos=None)),
        of(
            {"type": "row", "gridPos": {"x": 0, "y": 0, "w": 24, "h": 1}, "panels": [panel()]},
            {"type": "row", "gridPos": {"x": 0, "y": 1, "w": 24, "h": 1}, "panels": [panel()]},
        ),
    ],
    "state-timeline-in-ranges": [
        of(states(options={"mergeValues": False})),
        of(states(defaults={"color": {"mode": "fixed"}})),
        of(states(defaults={"mappings": []})),
        of(states(defaults={"thresholds": {"steps": []}})),
        of(states() | {"type": "timeseries"}),
        of(overridden("color", {"mode": "fixed"})),
        of(overridden("custom.fill", {"mode": "thresholds"})),
    ],
    "count-in-short": [of(panel(fieldConfig={"defaults": {"unit": "short", "decimals": 0}}))],
    "annotation-step-too-short": [
        of(**alerts("1m", "now-24h")), of(**alerts(None, "now-24h")), of(**alerts("$s", "now-7d")),
    ],
    "logql-fixed-window": [
        of(panel(targets=[{"expr": 'rate({app="[5m]"} [$__auto])', "datasource": LOKI}])),
    ],
}  # fmt: skip


def cases(table: dict[str, list[Any]]) -> list[Any]:
    return [
        pytest.param(name, case, id=f"{name}-{number}")
        for name, listed in table.items()
        for number, case in enumerate(listed)
    ]


def found(name: str, models: tuple[dict[str, Any], ...]) -> list[str]:
    return [finding.message for finding in RULES[name].check(project(*models, known=Known()))]


@pytest.mark.parametrize(("name", "case"), cases(FLAGGED))
def test_flags(name: str, case: tuple[tuple[dict[str, Any], ...], str]) -> None:
    models, words = case
    (message,) = found(name, models)
    assert words in message


@pytest.mark.parametrize(("name", "models"), cases(LEFT_ALONE))
def test_leaves_alone(name: str, models: tuple[dict[str, Any], ...]) -> None:
    assert found(name, models) == []


@pytest.mark.parametrize("name", RULES)
def test_a_dashboard_in_order_has_no_findings(name: str) -> None:
    assert found(name, (board(),)) == []


def test_every_rule_is_tried() -> None:
    assert FLAGGED.keys() | {"malformed-dashboard"} == RULES.keys()


def test_our_own_dashboards_are_in_order(pages: dict[str, Any]) -> None:
    """But for variables of their own, which Grafana's linter would want for every mixin."""
    ours = project(*pages.values())
    flagged = {
        (rule.id, finding.subject)
        for rule in RULES.values()
        for finding in rule.check(ours)
        if rule.id not in {"missing-target-variable", "unknown-dashboard-metric"}
    }
    assert flagged == set()


FINDINGS = Path(__file__).with_name("findings.txt")


def test_every_finding_is_told_as_a_reader_sees_it() -> None:
    """Level, place, subject, words, underlining and way out; UPDATE_TRANSCRIPTS=1 writes them."""
    told = [
        render(tuple(RULES[name].check(project(*models, known=Known()))), (), Format.TEXT)
        for name, listed in FLAGGED.items()
        for models, _ in listed
    ]
    seen = "".join(text.removesuffix(text.splitlines(keepends=True)[-1]) for text in told)
    if os.environ.get("UPDATE_TRANSCRIPTS"):
        FINDINGS.write_text(seen, encoding="utf-8")
    assert seen == FINDINGS.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_read_is_a_finding() -> None:
    malformed = (MalformedDashboard("it is not JSON", Location("a.json", 3)),)
    made = replace(project(), dashboard_files=DashboardFolder((), malformed))
    (found,) = RULES["malformed-dashboard"].check(made)
    assert (found.level, found.location, found.subject) == (Level.ERROR, Location("a.json", 3), "")
    assert (found.message, found.fix) == ("it is not JSON.", "export it again from Grafana.")
