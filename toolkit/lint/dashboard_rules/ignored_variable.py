"""A panel's query leaves out a variable of its dashboard, though its metric has the label.

Why: the reader chooses one exchange and believes that the panel shows that exchange. It shows
all of them.

    sum(rate(execution_orders_total[$__rate_interval]))                            # bad
    sum(rate(execution_orders_total{exchange=~"$exchange"}[$__rate_interval]))     # good

Exempt: series that are not declared or recorded; a label that is matched in any way.

Source: https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project


def check(project: Project) -> Iterator[Finding]:
    """Flag every selector that has a variable's label and does not match it."""
    if not project.pages:
        return
    from toolkit.dashboards import Variable

    for expression in project.expressions():
        variables = expression.dashboard.variables if expression.dashboard else ()
        if not variables:
            continue
        for selector in expression.selectors:
            carried = project.labels_of(selector.name) or frozenset()
            matched = {match.label for match in selector.matches}
            for variable in variables:
                named = isinstance(variable, Variable) and variable.name in carried - matched
                if not named:
                    continue
                yield RULE.at_span(
                    expression,
                    selector.span,
                    f"`{selector.name}` has the label `{variable.name}`, and what the reader "
                    f"chooses in ${variable.name} does not reach it.",
                    fix=f'match {variable.name}=~"${variable.name}".',
                )


RULE = Rule("ignored-variable", Level.WARNING, check)
