"""A matcher is a regular expression where a plainer one says the same.

Why: `=~` is anchored at both ends already, so that `^` and `$` add nothing. A pattern without
special characters is an equality, slower and harder to read. `.*` matches everything.

    {job=~"execution"}      {job=~"^exec.+$"}      {job=~".*"}      {job!~".+"}       # bad
    {job="execution"}       {job=~"exec.+"}                         {job=""}          # good

Exempt: dashboard variables; `=~".+"`, which asks whether the label has a value; patterns with
flags, such as `(?i)`; inside `absent(…)`, where each `=` becomes a label of the result, patterns
that an equality would replace, and those of a label that another matcher names too.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
and https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.matcher_positions import WrittenMatcher
from toolkit.prometheus.matcher_regexps import plainer, takes_everything, unanchored


def check(project: Project) -> Iterator[Finding]:
    """Flag every pattern that a plainer matcher says as well."""
    for expression in project.expressions():
        for written in expression.matchers:
            match = written.match
            if written.makes_labels and written.shares_its_label:
                continue
            if takes_everything(match):
                what = "everything" if match.operator == "=~" else "nothing"
                yield RULE.at_span(
                    expression,
                    written.span,
                    f"`{written.text}` matches {what}.",
                    fix="drop it." if what == "everything" else "drop it, or correct the pattern.",
                )
                continue
            plain = plainer(match)
            if plain is not None and not (written.makes_labels and _adds_label(*plain)):
                yield _finding(expression, written, *plain)


def _adds_label(operator: str, text: str) -> bool:
    """Whether `absent` makes a label of the matcher; an empty value is none."""
    return operator == "=" and text != ""


def _finding(expression: Expression, written: WrittenMatcher, operator: str, text: str) -> Finding:
    match, plain = written.match, written.with_text(operator, text)
    if operator == match.operator and text == unanchored(match.text):
        why = "is anchored at both ends anyway"
    elif operator == match.operator:
        why = "names an alternative twice"
    else:
        why = "does not need a pattern"
    return RULE.at_span(
        expression,
        written.span,
        f"`{written.text}` {why}.",
        fix=f"write {plain}.",
        replacement=(written.span, plain),
    )


RULE = Rule("redundant-regexp", Level.INFO, check)
