"""Syntax of Prometheus 3 that the parser here does not read, and the feature flags of older 3.x.

Source: https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md
"""

import re
from dataclasses import dataclass

from toolkit.findings import Level
from toolkit.prometheus.syntax_by_release import Release

_STRING = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`')


@dataclass(frozen=True, slots=True)
class _Syntax:
    """What it is called, how it looks, since when with which flag, and since when without one."""

    what: str
    pattern: re.Pattern[str]
    since: Release
    stable: Release
    flag: str = ""


_UNREAD = (
    _Syntax(
        "`anchored` and `smoothed`",
        re.compile(r"[\])}\w]\s+(?:anchored|smoothed)\b"),
        (3, 7),
        (3, 16),
        "promql-extended-range-selectors",
    ),
    _Syntax(
        "calculated durations",
        re.compile(
            r"\[[^\]]*\d[smhdwy]?\s*[-+*/%^][^\]]*\]|[\[:]\s*-?\(|\boffset\s*-?\s*\("
            r"|[\[:(,+*/-]\s*(?:step|range|min_of|max_of|min|max)\s*\([^\]]*\]"
        ),
        (3, 4),
        (3, 14),
        "promql-duration-expr",
    ),
    _Syntax("`</` and `>/`", re.compile(r"[<>]/"), (3, 11), (3, 11)),
)


def unread(text: str, release: Release | None) -> tuple[str, Level] | None:
    """What an expression has that could not be read; None where it is not of Prometheus 3.

    `release` is the Prometheus that loads it; None where it is not known.
    """
    blanked = _STRING.sub('""', text)
    found = next((x for x in _UNREAD if x.pattern.search(blanked)), None)
    if found is None:
        return None
    flag = f", or {_text(found.since)} with --enable-feature={found.flag}" if found.flag else ""
    needs = f"left unjudged: {found.what} need Prometheus {_text(found.stable)}{flag}"
    if release is not None and release < found.stable:
        return f"{needs}; {_text(release)} loads it.", Level.WARNING
    return f"{needs}; the parser here does not read them.", Level.INFO


def _text(release: Release) -> str:
    return f"{release[0]}.{release[1]}"
