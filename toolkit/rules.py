"""Rule files and promtool tests as plain data, made from alerts and recording rules."""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.alerts import Alert, Group, Proof, Reading, Recording, RuleFile
from toolkit.config import seconds


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
    for recording in group.recordings:
        record: dict[str, Any] = {"record": recording.name, "expr": recording.expr}
        yield record | ({"labels": dict(recording.labels)} if recording.labels else {})
    for alert in group.alerts:
        rule: dict[str, Any] = {"alert": alert.name, "expr": alert.expr}
        if alert.hold != "0s":
            rule["for"] = alert.hold
        if alert.keep_firing_for != "0s":
            rule["keep_firing_for"] = alert.keep_firing_for
        rule["labels"] = {"severity": alert.severity.value, "component": alert.component}
        rule["annotations"] = {
            "summary": alert.summary,
            "description": alert.description,
            "runbook_url": runbook_url.format(alert=alert.name),
            "dashboard_url": dashboard_urls[alert.name],
        }
        yield rule


def promtool_tests(file: RuleFile, rule_paths: tuple[str, ...], interval: str) -> dict[str, Any]:
    """The promtool unit tests of every proof in `file`.

    `rule_paths` are the rule files seen from the test file; `interval` is how often the
    server evaluates rules. A proof asks for `ALERTS`, the series that Prometheus writes for
    every firing alert, because promtool's own alert test wants every annotation repeated.
    """
    return {
        "rule_files": list(rule_paths),
        "evaluation_interval": evaluation_interval(file, interval),
        "group_eval_order": [f"{file.name}.{group.name}" for group in file.groups],
        "tests": [
            case
            for group in file.groups
            for case in (
                *(_reading(rule, reading) for rule in group.recordings for reading in rule.proof),
                *(_case(alert, proof) for alert in group.alerts for proof in alert.proof),
            )
        ],
    }


def evaluation_interval(file: RuleFile, interval: str) -> str:
    """How often the rules of `file` are evaluated in tests: as its most frequent group."""
    return min((group.interval or interval for group in file.groups), key=seconds)


def _reading(rule: Recording, reading: Reading) -> dict[str, Any]:
    labels = ", ".join(f'{name}="{value}"' for name, value in rule.labels.items())
    selector = f"{rule.name}{{{labels}}}" if labels else rule.name
    wanted = {"labels": "{}", "value": reading.value}
    return {
        "name": f"{selector}: {reading.sentence}",
        "interval": reading.interval,
        "input_series": _input(reading.series),
        "promql_expr_test": [
            {
                "expr": f"round(sum({selector}), 0.0001)",
                "eval_time": reading.at,
                "exp_samples": [] if reading.value is None else [wanted],
            }
        ],
    }


def _input(series: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"series": selector, "values": values} for selector, values in series.items()]


def _case(alert: Alert, proof: Proof) -> dict[str, Any]:
    firing = f'ALERTS{{alertname="{alert.name}", alertstate="firing"}}'
    if proof.labels:
        expr = f"count by ({', '.join(sorted(proof.labels))}) ({firing})"
        labels = ", ".join(f'{name}="{value}"' for name, value in sorted(proof.labels.items()))
        samples = [{"labels": f"{{{labels}}}", "value": 1}]
    else:
        expr = f"count({firing}) > bool 0"
        samples = [{"labels": "{}", "value": 1}] if proof.fires else []
    return {
        "name": f"{alert.name} {'fires' if proof.fires else 'is silent'}: {proof.sentence}",
        "interval": proof.interval,
        "input_series": _input(proof.series),
        "promql_expr_test": [{"expr": expr, "eval_time": proof.at, "exp_samples": samples}],
    }
