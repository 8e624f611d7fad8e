"""Rule files and promtool tests as plain data, made from alerts and recording rules."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from toolkit.alerts import Alert, Group, Proof, Reading, Recording, RuleFile
from toolkit.findings import Location
from toolkit.prometheus.rules import WrittenRule


def rule_file(
    file: RuleFile, *, runbook_url: str, dashboard_urls: dict[str, str]
) -> dict[str, Any]:
    """The rule file of `file`; `dashboard_urls` maps an alert's name to its panel's address."""
    return {
        "groups": [
            {
                "name": f"{file.name}.{group.name}",
                **({"interval": group.interval} if group.interval else {}),
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
    rule: dict[str, Any] = {"alert": alert.name, "expr": alert.expr}
    if alert.hold != "0s":
        rule["for"] = alert.hold
    if alert.keep_firing_for != "0s":
        rule["keep_firing_for"] = alert.keep_firing_for
    return rule | {"labels": {"severity": alert.severity.value, "component": alert.component}}


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
                name=rule.name,
                is_alert=isinstance(rule, Alert),
                expr=rule.expr,
                location=rule.defined,
                hold=fields.get("for", ""),
                keep_firing_for=fields.get("keep_firing_for", ""),
                labels=fields.get("labels", {}),
                annotations=fields.get("annotations", {}),
                file=file.name,
                group=made["name"],
                allow=rule.allow,
                places=_Places(rule.defined),
            )


def one_group(rules: Iterable[Alert | Recording]) -> dict[str, Any]:
    """A rule file with one group of just these rules, without annotations: for tests."""
    made = [_alert(x) if isinstance(x, Alert) else _record(x) for x in rules]
    return {"groups": [{"name": "tested", "rules": made}]}


def promtool_tests(
    file: RuleFile,
    rule_paths: tuple[str, ...],
    interval: str,
    boundaries: Mapping[str, tuple[Proof, ...]],
) -> dict[str, dict[str, Any]]:
    """The promtool unit tests of every proof in `file`, then of its `boundaries` by alert name.

    One set for each interval at which rules are evaluated, by that interval; `interval` is
    the server's. `rule_paths` are the rule files seen from the test file. A proof asks for
    `ALERTS`, the series that Prometheus writes for every firing alert, because promtool's own
    alert test wants every annotation repeated.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for group in file.groups:
        for rule in group.rules:
            tests = found.setdefault(evaluated_every(rule, group, interval), [])
            tests += cases(rule, boundaries.get(rule.name, ()))
    return {
        every: {
            "rule_files": list(rule_paths),
            "evaluation_interval": every,
            "group_eval_order": [f"{file.name}.{group.name}" for group in file.groups],
            "tests": tests,
        }
        for every, tests in found.items()
        if tests
    }


def evaluated_every(rule: Alert | Recording, group: Group, interval: str) -> str:
    """How often tests evaluate a rule of `group`; `interval` is the server's own."""
    return rule.tested_every or group.interval or interval


def cases(rule: Alert | Recording, boundaries: tuple[Proof, ...]) -> Iterator[dict[str, Any]]:
    """The tests of one rule: its readings, or its proofs and then its boundary cases."""
    if isinstance(rule, Recording):
        yield from (reading_of(rule, reading) for reading in rule.proof)
    else:
        yield from (case_of(rule.name, proof) for proof in (*rule.proof, *boundaries))


def reading_of(rule: Recording, reading: Reading) -> dict[str, Any]:
    """One test: the recording has the value that the reading says, or none."""
    labels = ", ".join(f'{name}="{value}"' for name, value in rule.labels.items())
    selector = f"{rule.name}{{{labels}}}" if labels else rule.name
    wanted = {"labels": "{}", "value": reading.value}
    return {
        "name": f"{selector}: {reading.sentence}",
        "interval": reading.interval,
        "input_series": _input(reading.series),
        "promql_expr_test": [
            {
                "expr": f"round(sum({selector}), 0.000001)",
                "eval_time": reading.at,
                "exp_samples": [] if reading.value is None else [wanted],
            }
        ],
    }


def _input(series: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"series": selector, "values": values} for selector, values in series.items()]


def case_of(alert: str, proof: Proof) -> dict[str, Any]:
    """One test: the alert of that name fires, or does not, where the proof says so."""
    firing = f'ALERTS{{alertname="{alert}", alertstate="firing"}}'
    if proof.labels:
        expr = f"count by ({', '.join(sorted(proof.labels))}) ({firing})"
        labels = ", ".join(f'{name}="{value}"' for name, value in sorted(proof.labels.items()))
        samples = [{"labels": f"{{{labels}}}", "value": 1}]
    else:
        expr = f"count({firing}) > bool 0"
        samples = [{"labels": "{}", "value": 1}] if proof.fires else []
    return {
        "name": f"{alert} {'fires' if proof.fires else 'is silent'}: {proof.sentence}",
        "interval": proof.interval,
        "input_series": _input(proof.series),
        "promql_expr_test": [{"expr": expr, "eval_time": proof.at, "exp_samples": samples}],
    }
