"""promtool's unit tests as plain data, made from proofs and readings.

A proof asks for `ALERTS`, the series that Prometheus writes for every firing alert, because
promtool's own alert test wants every annotation repeated.
Source: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/
"""

from collections.abc import Iterator, Mapping
from typing import Any

from toolkit.alerts import Alert, Group, Proof, Reading, Recording, RuleFile

_NONE: Mapping[str, str] = {}


def promtool_tests(
    file: RuleFile,
    rule_paths: tuple[str, ...],
    interval: str,
    boundaries: Mapping[str, tuple[Proof, ...]],
) -> dict[str, dict[str, Any]]:
    """Promtool's test files for `file`, by the interval at which their rules are evaluated.

    They hold the tests of every rule, and of its `boundaries` by alert name. `interval` is the
    server's own; `rule_paths` are the rule files seen from the test file.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for group in file.groups:
        for rule in group.rules:
            tests = found.setdefault(evaluated_every(rule, group, interval), [])
            tests += tests_of(rule, boundaries.get(rule.name, ()))
    return {
        every: {
            "rule_files": list(rule_paths),
            "evaluation_interval": every,
            "group_eval_order": [file.group_name(group) for group in file.groups],
            "tests": tests,
        }
        for every, tests in found.items()
        if tests
    }


def evaluated_every(rule: Alert | Recording, group: Group, interval: str) -> str:
    """How often tests evaluate a rule of `group`; `interval` is the server's own."""
    return rule.tested_every or group.interval or interval


def tests_of(rule: Alert | Recording, boundaries: tuple[Proof, ...]) -> Iterator[dict[str, Any]]:
    """The tests of one rule: its readings, or its proofs and then its boundary cases."""
    if isinstance(rule, Recording):
        yield from (reading_test(rule, reading) for reading in rule.proof)
    else:
        yield from (
            proof_test(rule.alertname, proof, fixed_labels(rule))
            for proof in (*rule.proof, *boundaries)
        )


def reading_test(rule: Recording, reading: Reading) -> dict[str, Any]:
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


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def _input(series: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"series": selector, "values": values} for selector, values in series.items()]


def proof_test(alert: str, proof: Proof, fixed: Mapping[str, str] = _NONE) -> dict[str, Any]:
    """One test: the alert of that name fires, or does not, where the proof says so.

    `fixed` are labels that its rule sets, where several rules have the name.
    """
    asked = {"alertname": alert, "alertstate": "firing", **fixed}
    firing = f"ALERTS{{{', '.join(f'{name}={_quoted(text)}' for name, text in asked.items())}}}"
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


def fixed_labels(alert: Alert) -> dict[str, str]:
    """What tells an imported alert from others of its name: the labels that are not templates."""
    if alert.alertname == alert.name:
        return {}
    return {name: text for name, text in sorted(alert.rule_labels.items()) if "{{" not in text}
