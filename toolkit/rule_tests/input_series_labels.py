"""Labels for a new input series: such that one selector finds it, and certain others do not."""

import re
from collections.abc import Mapping, Sequence
from itertools import islice, product

from toolkit.catalogue import EXAMPLE_VALUES, Series
from toolkit.label_matchers import go_regexps
from toolkit.promql import LabelMatch

_TRIED = 2000  # combinations of label values; more are never needed by real expressions

Matchers = tuple[LabelMatch, ...]


def choose_labels(
    series: Series | None, matchers: Matchers, avoided: Sequence[Matchers]
) -> tuple[tuple[str, str], ...] | None:
    """Labels that `matchers` select and none of `avoided` does; None where there are none.

    The values are those that the matchers name, then those of the catalogue's closed sets,
    or made-up ones such as `zone-1` where a set is open, and for a pattern such as `5..` a text
    that it matches, then answers of HTTP. `series` is None for a metric that no catalogue
    declares.
    """
    named = {matcher.label: matcher.values or _matched(matcher) for matcher in matchers}
    patterns = {x.label for x in matchers if x.operator in {"=~", "!~"} and not x.values}
    # Every label has several values to choose from, since one may have to differ from what
    # `avoided` selects. Those that the matchers name come first: most are found at once.
    choices: dict[str, list[str]] = {}
    for label in sorted(series.label_names if series else named):
        closed = series.values_of(label) if series else ()
        made_up = ("a", "b") if label == "instance" else (f"{label}-1", f"{label}-2")
        tried = EXAMPLE_VALUES if label in patterns and not closed else ()
        choices[label] = [*named.get(label, ()), *(closed or made_up), *tried]
    for label, values in named.items():  # those of the scrape, which no catalogue declares
        choices.setdefault(label, [*values, f"{label}-1"])
    for values in islice(product(*choices.values()), _TRIED):
        labels = dict(zip(choices, values, strict=True))
        if selects(matchers, labels) and not any(selects(other, labels) for other in avoided):
            return tuple(labels.items())
    return None


def _matched(matcher: LabelMatch) -> tuple[str, ...]:
    """A value for a regular expression whose only special part is any characters."""
    # Of alternatives the first will do. What has more to it than this is tried, and given up.
    value = re.sub(r"\.[*+]?|\[0-9\]|\\d", "0", matcher.text.partition("|")[0])
    is_pattern = matcher.operator == "=~" and "$" not in matcher.text
    return (value,) if is_pattern and value and go_regexps.fits(matcher.text, value) else ()


def selects(matchers: Matchers, labels: Mapping[str, str]) -> bool:
    """Whether a series with these labels is selected; a label that is missing is empty."""
    return all(_agrees(matcher, labels.get(matcher.label, "")) for matcher in matchers)


def _agrees(matcher: LabelMatch, value: str) -> bool:
    if matcher.operator in {"=", "!="}:
        return (value == matcher.text) == (matcher.operator == "=")
    return bool(go_regexps.fits(matcher.text, value)) == (matcher.operator == "=~")
