"""Grafana's data sources of traces and of logs, and the links from one to the other.

A trace is found by its id: in an exemplar's label, and in a log line's field.
Sources: https://grafana.com/docs/grafana/latest/datasources/tempo/configure-tempo-data-source/,
…/datasources/jaeger/, …/datasources/loki/configure-loki-data-source/,
…/datasources/prometheus/configure/ (exemplars)
"""

from typing import Any

from toolkit.config.pyproject import StackConfig

TRACE_ID = "trace_id"
"""The exemplars' label, and the log lines' field, that holds a trace's id."""

LOKI_UID = "loki"
_TITLES = {"tempo": "Tempo", "jaeger": "Jaeger"}
# A log line is written while its span goes on, and its clock may differ a little.
_BEFORE, _AFTER = "-5m", "5m"


def traces_uid(stack: StackConfig) -> str:
    """The uid, which is also the type, of the data source of traces; empty where there is none."""
    return "tempo" if stack.tempo else "jaeger" if stack.jaeger else ""


def datasources(stack: StackConfig) -> tuple[dict[str, Any], ...]:
    """Those of traces and of logs, where the stack has them."""
    found = []
    uid = traces_uid(stack)
    if uid:
        found.append(_source(_TITLES[uid], uid, stack.tempo or stack.jaeger, _to_logs(stack)))
    if stack.loki:
        found.append(_source("Loki", LOKI_UID, stack.loki, _from_logs(uid)))
    return tuple(found)


def destinations(stack: StackConfig) -> dict[str, Any]:
    """What the data source of metrics says of where its exemplars lead."""
    uid = traces_uid(stack)
    if not uid:
        return {}
    return {
        "exemplarTraceIdDestinations": [
            {"name": TRACE_ID, "datasourceUid": uid, "urlDisplayLabel": "View the trace"}
        ]
    }


def _source(title: str, uid: str, url: str, options: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": title,
        "uid": uid,
        "type": uid,
        "access": "proxy",
        "url": url,
        "isDefault": False,
        "editable": False,
        "jsonData": options,
    }


def _to_logs(stack: StackConfig) -> dict[str, Any]:
    """From a span to the log lines that name its trace."""
    if not stack.loki:
        return {}
    return {
        "tracesToLogsV2": {
            "datasourceUid": LOKI_UID,
            "spanStartTimeShift": _BEFORE,
            "spanEndTimeShift": _AFTER,
            "tags": [{"key": "service.name", "value": "service_name"}],
            "filterByTraceID": True,
            "filterBySpanID": False,
        }
    }


def _from_logs(traces: str) -> dict[str, Any]:
    """From a log line to the trace that it names, in the line or beside it."""
    if not traces:
        return {}
    # Grafana expands variables in these files: two dollars are one.
    link = {"datasourceUid": traces, "url": "$${__value.raw}", "urlDisplayLabel": "View the trace"}
    line = rf'"{TRACE_ID}":\s*"([0-9a-f]{{32}})"'
    return {
        "derivedFields": [
            {"name": "Trace", "matcherRegex": line, **link},
            {"name": "Trace of the record", "matcherType": "label", "matcherRegex": TRACE_ID}
            | link,
        ]
    }
