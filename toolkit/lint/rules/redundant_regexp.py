"""A matcher is a regular expression where a plainer one says the same.

Why: `=~` is anchored at both ends already, so that `^` and `$` add nothing. A pattern without
special characters is an equality, slower and harder to read. `.*` matches everything.

    {job=~"execution"}      {job=~"^execution$"}      {job=~".*"}       # bad
    {job="execution"}       {job=~"exec.+"}                             # good

Exempt: dashboard variables; `=~".+"` and `!~".+"`, which ask whether the label has a value.

Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.promql import LabelMatch, selectors


def check(project: Project) -> Iterator[Finding]:
    """Flag every pattern that a plainer matcher says as well."""
    for expression in project.expressions():
        for selector in selectors(expression.text):
            for match in selector.matches:
                plainer = _plainer(match)
                if plainer is not None:
                    yield RULE.at_span(
                        expression,
                        selector.span,
                        f'`{match.label}{match.operator}"{match.text}"` does not need a pattern.',
                        fix=plainer,
                    )


def _plainer(match: LabelMatch) -> str | None:
    if match.operator in {"=", "!="} or "$" in match.text.rstrip("$"):
        return None
    inner = match.text.removeprefix("^").removesuffix("$")
    if inner == ".*":
        everything = match.operator == "=~"
        return "drop it: it matches everything." if everything else "drop it: it matches nothing."
    if inner != match.text:
        return f'write {match.label}{match.operator}"{inner}": both ends are anchored anyway.'
    equal = "=" if match.operator == "=~" else "!="
    if len(match.values) == 1 and match.values[0] == inner:
        return f'write {match.label}{equal}"{inner}".'
    return None


RULE = Rule("redundant-regexp", Level.INFO, check)
