"""An expression reads the state of an alert that no rule defines.

Why: `ALERTS` has a series for each alert that is pending or firing. With a mistyped name it
selects nothing, for ever, and what depends on it never happens.

    ALERTS{alertname="HighOrderFalureRate"}     # bad
    ALERTS{alertname="HighOrderFailureRate"}    # good
    ALERTS{alertstate="fireing"}                # bad

Exempt: variables; projects and files without any alert.

Source: https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.located_expressions import Expression
from toolkit.promql import LabelMatch, Selector
from toolkit.unknown_name_did_you_mean import did_you_mean

STATES = ("pending", "firing")
OF_ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})


def check(project: Project) -> Iterator[Finding]:
    """Flag every name of an alert that is not among those that are defined."""
    known = {rule.name for rule in project.rules if rule.is_alert}
    for expression in project.expressions() if known else ():
        for selector in expression.selectors:
            if selector.name not in OF_ALERTS:
                continue
            for match in selector.matches:
                if match.label == "alertstate" and match.operator in {"=", "=~"}:
                    yield from _state(expression, selector, match)
                if match.label != "alertname" or match.operator not in {"=", "=~"}:
                    continue
                if not match.values and not any(match.selects(name) for name in known):
                    yield RULE.at_span(
                        expression,
                        selector.span,
                        f"no alert has a name that {match.text!r} fits.",
                        fix="correct the pattern, or define the alert.",
                    )
                for name in match.values:
                    if name not in known:
                        yield RULE.at_span(
                            expression,
                            selector.span,
                            f"no alert is named `{name}`{did_you_mean(name, known)}",
                            fix="correct the name, or define the alert.",
                        )


def _state(expression: Expression, selector: Selector, match: LabelMatch) -> Iterator[Finding]:
    for state in match.values:
        if state not in STATES:
            yield RULE.at_span(
                expression,
                selector.span,
                f"`alertstate` is never {state!r}{did_you_mean(state, STATES)}",
                fix="write pending or firing.",
            )


RULE = Rule("unknown-alert", Level.ERROR, check)
