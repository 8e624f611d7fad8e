"""A right example of every definition that a project writes, as Python, argument by argument."""

from collections.abc import Iterator, Mapping
from dataclasses import is_dataclass

from toolkit import (
    alerts,
    burn_rate,
    catalogue,
    dashboards,
    drill_causes,
    findings,
    objectives,
    receivers,
    routing,
    time_intervals,
)
from toolkit.imported import panel_as_written
from toolkit.load import definitions, workload

MODULES = (
    alerts, burn_rate, catalogue, dashboards, drill_causes, findings, panel_as_written, objectives,
    receivers, routing, time_intervals, definitions, workload,
)  # fmt: skip

IMPORTS = (
    "\n".join(f"from {module.__name__} import *" for module in (*MODULES,))
    + "\nfrom toolkit.promql import quantile, ratio\n"
)

LABEL = 'Label("code", values=("200", "500"))'
COUNTER = f'Metric("x_total", Kind.COUNTER, "X.", unit=Unit.COUNT, labels=({LABEL},))'
HISTOGRAM = 'Metric("x", Kind.HISTOGRAM, "X.", unit=Unit.SECONDS, buckets=(0.1, 1.0))'
QUERY = 'Query("x", "up")'
PANEL = f'Panel(title="P", help="P.", unit=PanelUnit.COUNT, queries=({QUERY},))'
RECEIVER = 'Receiver("chat", (Slack(channel="#a"),))'
ROUTES = ", ".join(
    f'Route(severity=Severity.{each}, receiver={RECEIVER}, repeat="4h")'
    for each in ("CRITICAL", "WARNING", "INFO")
)

EXAMPLES: Mapping[str, Mapping[str, str]] = {
    "Label": {"name": '"code"', "values": '("a", "b")'},
    "Metric": {
        "name": '"y"', "kind": "Kind.HISTOGRAM", "help": '"Y."', "unit": "Unit.SECONDS",
        "labels": f"({LABEL},)", "buckets": "(0.1, 1.0)", "allow": "()",
    },
    "Catalogue": {"metrics": f"({COUNTER},)"},
    "Allow": {"rule": '"a-rule"', "reason": '"Why."'},
    "Proof": {
        "sentence": '"it is up"', "series": '{"up": "1x9"}', "at": '"5m"', "fires": "True",
        "labels": '{"a": "b"}', "interval": '"1m"',
    },
    "Reading": {
        "sentence": '"it is up"', "series": '{"up": "1x9"}', "at": '"5m"', "value": "1.0",
        "interval": '"1m"',
    },
    "Waiver": {"what": '"no-traffic"', "reason": '"Why."'},
    "Alert": {
        "name": '"Down"', "expr": '"up == 0"', "severity": "Severity.WARNING",
        "component": '"app"', "summary": '"It is down."', "description": '"{{ $value }}"',
        "impact": '"None."', "response": '"1. Look."', "because": '"Zero is down."',
        "panel": '"P"', "fired_by": "Quiet()",
        "proof": '(Proof("none", {}, at="5m", fires=False),)', "hold": '"5m"',
        "keep_firing_for": '"0s"', "tested_every": '"1m"', "waive": "()", "allow": "()",
    },
    "Recording": {
        "name": '"app:up:sum"', "expr": '"sum(up)"', "because": '"It is read."',
        "labels": '{"a": "b"}', "proof": "()", "tested_every": '"1m"', "waive": "()",
        "allow": "()",
    },
    "LatencyObjective": {"metric": HISTOGRAM, "quantile": "0.95", "seconds": "1.0"},
    "AvailabilityObjective": {
        "metric": COUNTER, "bad": '{"code": one_of("500")}', "share": "0.99",
    },
    "Window": {
        "pace": '"Fast"', "budget": "0.02", "long": '"1h"', "short": '"5m"', "hold": '"2m"',
        "severity": "Severity.CRITICAL", "tested_every": '"1m"',
    },
    "Fault": {"name": '"slow"', "also": "()", "takes_seconds": "1.0"},
    "Load": {"scenario": '"normal"', "users": "5", "also": "()"},
    "Stop": {"component": '"grafana"', "also": "()"},
    "Quiet": {"also": "()"},
    "Undrillable": {"reason": '"Why."'},
    "Variable": {"label": LABEL, "metric": COUNTER, "title": '"Code"'},
    "Query": {
        "legend": '"x"', "expr": '"up"', "unit": "PanelUnit.COUNT", "buckets": "False",
        "empty_until": '""',
    },
    "PanelState": {"value": "1", "text": '"up"', "color": '"green"'},
    "Note": {"title": '"N"', "text": '"Text."', "width": "12", "height": "4"},
    "Panel": {
        "title": '"P"', "help": '"P."', "unit": "PanelUnit.COUNT", "queries": f"({QUERY},)",
        "view": "View.STAT", "line_at": "5.0", "bad_below": "False", "minimum": "0",
        "maximum": "10", "decimals": "1", "stacked": "False",
        "states": '(PanelState(1, "up", "green"),)', "columns": "()", "empty": '"No data"',
        "empty_until": '""', "width": "12", "height": "9", "allow": "()",
    },
    "PanelLink": {"title": '"L"', "url": '"https://example.com"'},
    "Row": {"title": '"R"', "items": f"({PANEL},)", "collapsed": "False"},
    "Dashboard": {
        "uid": '"d"', "title": '"D"', "help": '"D."', "rows": f'(Row("R", ({PANEL},)),)',
        "variables": "()", "tags": '("a",)', "see": "()", "refresh": '"30s"', "since": '"now-1h"',
    },
    "AsWritten": {"name": '"x y"', "labels": '{"a": "b"}', "annotations": '{"a": "b"}'},
    "OtherUnit": {"value": '"lengthkm"'},
    "OtherVariable": {
        "name": '"zone"', "kind": '"query"', "query": '"label_values(up, zone)"', "title": '"Z"',
        "multi": "True", "include_all": "True", "all_value": '".*"', "regex": '"a"', "hide": "0",
    },
    "PanelThreshold": {"value": "5.0", "color": '"red"'},
    "PanelAsWritten": {
        "thresholds": '(PanelThreshold(None, "green"),)', "in_percent": "False", "drawn": "False",
    },
    "Email": {
        "to": '"a@example.com"', "sender": '"b@example.com"', "smarthost": '"mail:25"',
        "username": '"b"', "password_file": '"/a"',
    },
    "Opsgenie": {"key_file": '"/a"', "priority": '"P1"'},
    "Teams": {"url_file": '"/a"'},
    "Telegram": {"chat_id": "-1", "token_file": '"/a"'},
    "Integration": {"kind": '"sns"', "fields": '{"topic_arn": "a"}'},
    "Period": {"weekdays": '("saturday",)'},
    "TimeInterval": {"name": '"weekend"', "periods": '(Period(weekdays=("saturday",)),)'},
    "Slack": {"channel": '"#a"', "url_file": '"/a"'},
    "PagerDuty": {"key_file": '"/a"'},
    "Webhook": {"url": '"http://a"', "token_file": '"/a"'},
    "Receiver": {"name": '"chat"', "by": '(Slack(channel="#a"),)'},
    "Route": {
        "severity": "Severity.INFO", "receiver": RECEIVER, "repeat": '"4h"', "component": '"app"',
    },
    "Inhibition": {
        "source": '"Down"', "because": '"Why."', "alerts": '("A",)', "components": "()",
        "equal": "()",
    },
    "Delivery": {"alerts": '("A",)', "to": '("chat",)'},
    "Routing": {
        "routes": f"({ROUTES})", "inhibitions": "()", "deliveries": "()",
        "group_by": '("alertname",)', "group_wait": '"10s"', "group_interval": '"1m"',
    },
    "AnswerKind": {"title": '"ok"', "codes": '("200",)'},
    "AnswerCounter": {
        "title": '"ok"', "codes": '("200",)', "metric": COUNTER, "where": '{"code": ("200",)}',
    },
    "ServiceChart": {"title": '"C"', "unit": '"s"', "expr": '"up"'},
    "LoadDefinitions": {
        "normal": '"normal"', "sustained": '"sustained"', "failures": "()", "rate_limit": "()",
        "secret": '""', "answers": "()", "counters": "()", "charts": "()",
    },
    "DefaultLoad": {
        "rate": "50", "seconds": "20", "loop": "Loop.OPEN", "shape": '"ramp"',
        "thresholds": '("p(95)<100",)',
    },
}  # fmt: skip

NOT_WRITTEN = frozenset(
    {"Series", "Group", "RuleFile", "Location", "Finding", "Edit", "Workload", "Matcher"}
)


def definition_classes() -> Iterator[type]:
    """Every public dataclass of the modules that projects write with."""
    for module in MODULES:
        for name, value in vars(module).items():
            if getattr(value, "__module__", "") != module.__name__ or name.startswith("_"):
                continue
            if isinstance(value, type) and is_dataclass(value) and name not in NOT_WRITTEN:
                yield value


def source(name: str, arguments: Mapping[str, str]) -> str:
    """The call, one argument a line, from line 1: argument N is on line N + 1."""
    return "\n".join([f"MADE = {name}(", *(f"    {x}={y}," for x, y in arguments.items()), ")", ""])
