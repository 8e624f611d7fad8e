"""The matchers of a selector exclude each other, so that it selects nothing.

Why: all matchers of a selector must fit. Where one asks for a value that another refuses, no series
does, and Prometheus reports no error.

    up{job="a", job="b"}             # bad
    up{job="a", job!="a"}            # bad
    up{job=~"a.*", job=~"b.*"}       # bad
    up{job=~"a|b"}                   # good

Exempt: patterns with flags or assertions inside; dashboard variables.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.matcher_overlap import may_fit
from toolkit.promql import LabelMatch


def check(project: Project) -> Iterator[Finding]:
    """Flag every label for which no value satisfies all matchers."""
    for expression in project.expressions():
        for selector in expression.selectors:
            by_label: dict[str, list[LabelMatch]] = {}
            for match in selector.matches:
                by_label.setdefault(match.label, []).append(match)
            for label, matches in by_label.items():
                if len(matches) > 1 and not may_fit(tuple(matches)):
                    asked = " and ".join(f'`{x.operator}"{x.text}"`' for x in matches)
                    yield RULE.at_span(
                        expression,
                        selector.span,
                        f"no value of `{label}` satisfies {asked}.",
                        fix=f"drop one of them, or write {label}=~ with all values.",
                    )


RULE = Rule("contradicting-matchers", Level.ERROR, check)
