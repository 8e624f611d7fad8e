"""Whether one value of a label can fit several matchers, of one selector or of two that meet."""

import functools
import re

from toolkit.prometheus.matcher_regexps import unanchored
from toolkit.prometheus.regexp_intersections import overlap
from toolkit.promql import VARIABLE, LabelMatch

_OTHER = "\N{SNOWMAN}"
"""A value that hardly any matcher excludes by name."""


@functools.lru_cache(maxsize=4096)
def may_fit(matches: tuple[LabelMatch, ...], *, is_present: bool = False) -> bool:
    """Whether some value fits all matchers; True also where that cannot be said.

    A label that is not there has the empty value, which `is_present` leaves out.
    """
    # A pattern takes the place of a dashboard's variable, which may hold any.
    known = tuple(x for x in matches if not _has_variable(x))
    for match in known:
        values = _listed(match)
        if values:
            return any(
                all(other.selects(value) for other in known)
                for value in values
                if value or not is_present
            )
    # Sooner said than by automata. `selects` takes every `$` for a variable's.
    if all("$" not in x.text and x.selects(_OTHER) for x in known):
        return True
    fitting = [_pattern(x) for x in known if x.operator in {"=", "=~"}]
    refusing = [_pattern(x) for x in known if x.operator in {"!=", "!~"}]
    if not refusing and len(fitting) + is_present < 2:  # noqa: PLR2004 - one never refuses itself
        return True
    return overlap((*fitting, *([".+"] if is_present else [])), tuple(refusing)) is not False


def _listed(match: LabelMatch) -> tuple[str, ...]:
    """The values that a matcher asks for, where they are a list."""
    if match.operator not in {"=", "=~"}:
        return ()
    return match.values or (("",) if match.text == "" else ())


def _pattern(match: LabelMatch) -> str:
    return re.escape(match.text) if match.operator in {"=", "!="} else unanchored(match.text)


def _has_variable(match: LabelMatch) -> bool:
    return VARIABLE.search(match.text) is not None
