"""A pattern picks a part out of a label's value.

Why: a value that holds several facts (`shop_eu_production`) can only be asked about by what stands
in its middle. Such a pattern takes more than it means, is easily mistyped, and nobody can group by
the facts. A label for each of them says it plainly.

    up{job=~"shop_.+_production"}               # bad
    up{job=~".*-prod"}                          # bad
    up{job="shop", environment="production"}    # good
    up{job=~"shop-.*"}                          # good: how a value begins

Said once for a pattern in a file.

Exempt: patterns of names; what a pattern begins with, and numbers, as in `5..`.

Source: https://prometheus.io/docs/practices/naming/#labels
"""

from collections.abc import Iterator

from toolkit.findings import Finding, Level
from toolkit.lint.rule import Rule
from toolkit.project import Project
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.matcher_positions import WrittenMatcher
from toolkit.prometheus.matcher_regexps import picks_apart


def check(project: Project) -> Iterator[Finding]:
    """Flag every pattern that looks for a part of a value, at its first place in a file."""
    found: dict[tuple[str, str], list[tuple[Expression, WrittenMatcher]]] = {}
    for expression in project.expressions():
        for written in expression.matchers:
            if picks_apart(written.match):
                key = (expression.location.path, written.text)
                found.setdefault(key, []).append((expression, written))
    for (expression, written), *others in found.values():
        more = f", here and in {len(others)} more places of this file" if others else ""
        yield RULE.at_span(
            expression,
            written.span,
            f"`{written.text}` looks for a part of the value{more}.",
            fix=_fix(written.match.label),
        )


def _fix(label: str) -> str:
    """The way out, by who makes the label's value: `job` is the name of a scrape configuration."""
    if label == "job":
        return "name the jobs, or give what they share a label in scrape_configs."
    return "give the part a label of its own, where the value is made."


RULE = Rule("substring-regexp", Level.INFO, check)
