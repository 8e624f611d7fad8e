"""Rule files as plain data, made from alerts and recording rules."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.alerts import Alert, AsWritten, Group, Recording, RuleFile
from toolkit.findings import Location
from toolkit.prometheus.rules import WrittenRule


def rule_file(
    file: RuleFile, *, runbook_url: str, dashboard_urls: dict[str, str]
) -> dict[str, Any]:
    """The rule file of `file`; `dashboard_urls` maps an alert's name to its panel's address."""
    return {
        "groups": [
            {
                "name": file.group_name(group),
                **({"interval": group.interval} if group.interval else {}),
                **{key: value for key, value in group.as_written.items() if key != "name"},
                "rules": list(_rules(group, runbook_url, dashboard_urls)),
            }
            for group in file.groups
        ]
    }


def _rules(
    group: Group, runbook_url: str, dashboard_urls: dict[str, str]
) -> Iterator[dict[str, Any]]:
    yield from map(_record, group.recordings)
    for alert in group.alerts:
        if alert.as_written is not None:
            yield _alert(alert) | _annotations_as_written(alert, alert.as_written)
            continue
        annotations = {
            "summary": alert.summary,
            "description": alert.description,
            "runbook_url": runbook_url.format(alert=alert.name),
            "dashboard_url": dashboard_urls[alert.name],
        }
        yield _alert(alert) | {"annotations": annotations}


def _record(recording: Recording) -> dict[str, Any]:
    record: dict[str, Any] = {"record": recording.name, "expr": recording.expr}
    return record | ({"labels": dict(recording.labels)} if recording.labels else {})


def _alert(alert: Alert) -> dict[str, Any]:
    rule: dict[str, Any] = {"alert": alert.alertname, "expr": alert.expr}
    if alert.hold != "0s":
        rule["for"] = alert.hold
    if alert.keep_firing_for != "0s":
        rule["keep_firing_for"] = alert.keep_firing_for
    return rule | ({"labels": alert.rule_labels} if alert.rule_labels else {})


def _annotations_as_written(alert: Alert, rule: AsWritten) -> dict[str, Any]:
    own = {"summary": alert.summary, "description": alert.description}
    written = {key: text for key, text in own.items() if text} | dict(rule.annotations)
    return {"annotations": written} if written else {}


# Where a definition keeps what a rule calls by another name.
_ARGUMENTS = {
    "expr": "expr",
    "for": "hold",
    "keep_firing_for": "keep_firing_for",
    "labels.severity": "severity",
    "labels.component": "component",
    "annotations.summary": "summary",
    "annotations.description": "description",
}


class _Places(Mapping[str, Location]):
    """The places of a definition's arguments, looked up only when a finding asks."""

    def __init__(self, defined: Location) -> None:
        self._defined = defined

    def __getitem__(self, key: str) -> Location:
        return self._defined.argument(_ARGUMENTS[key])

    def __iter__(self) -> Iterator[str]:
        return iter(_ARGUMENTS)

    def __len__(self) -> int:
        return len(_ARGUMENTS)


def written(file: RuleFile, runbook_url: str) -> Iterator[WrittenRule]:
    """The rules of `file` as Prometheus sees them, without the links to dashboards."""
    names = {alert.name: "" for alert in file.alerts}
    data = rule_file(file, runbook_url=runbook_url, dashboard_urls=names)
    for group, made in zip(file.groups, data["groups"], strict=True):
        for rule, fields in zip(group.rules, made["rules"], strict=True):
            yield WrittenRule(
                name=rule.alertname if isinstance(rule, Alert) else rule.name,
                is_alert=isinstance(rule, Alert),
                expr=rule.expr,
                location=rule.defined,
                hold=fields.get("for", ""),
                keep_firing_for=fields.get("keep_firing_for", ""),
                labels=fields.get("labels", {}),
                annotations=fields.get("annotations", {}),
                file=file.name,
                group=made["name"],
                interval=group.interval,
                allow=rule.allow,
                places=_Places(rule.defined),
            )


def one_group(rules: Iterable[Alert | Recording]) -> dict[str, Any]:
    """A rule file with one group of just these rules, without annotations: for tests."""
    made = [_alert(x) if isinstance(x, Alert) else _record(x) for x in rules]
    return {"groups": [{"name": "tested", "rules": made}]}
