"""A matcher asks for a value that its label never takes.

Why: a closed label has its values in the catalogue. A matcher on any other value selects
nothing, so that the alert cannot fire.

    execution_orders_total{status="faild"}       # bad
    execution_orders_total{status="failed"}      # good

Exempt: labels that have only a bound on how many values they take; regular expressions that
are more than a list of words; dashboard variables.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.unknown_name_did_you_mean import did_you_mean


def check(project: Project) -> Iterator[Finding]:
    """Flag every literal value outside its label's closed set."""
    for expression in project.expressions():
        for selector in expression.selectors:
            for match in selector.matches:
                allowed = project.values_of(selector.name, match.label)
                for value in match.values if allowed else ():
                    if value in allowed:
                        continue
                    yield RULE.at_span(
                        expression,
                        selector.span,
                        f"`{match.label}` of `{selector.name}` is never {value!r}"
                        f"{did_you_mean(value, allowed)}",
                        fix="correct the value, or add it to the label in the catalogue.",
                    )


RULE = Rule("unknown-label-value", Level.ERROR, check)
