"""Syntax of PromQL that needs a feature flag of Prometheus 3, and that the parser here cannot read.

Source: https://prometheus.io/docs/prometheus/latest/feature_flags/
"""

import re

_SYNTAX = {
    "promql-extended-range-selectors": (
        "`anchored` and `smoothed`",
        re.compile(r"[\])}\w]\s+(?:anchored|smoothed)\b"),
    ),
    "promql-duration-expr": (
        "calculated durations",
        re.compile(r"\[[^\]\"'`]*\d[smhdwy]?\s*[-+*/%^][^\]]*\]|\boffset\s*\("),
    ),
    "promql-binop-fill-modifiers": (
        "`fill`",
        re.compile(r"\bfill(?:_left|_right)?\s*\("),
    ),
}


def behind_a_flag(text: str) -> str:
    """What an expression needs that could not be read; empty where it is not of these."""
    for flag, (what, pattern) in _SYNTAX.items():
        if pattern.search(text):
            return (
                f"left unjudged: {what} need Prometheus 3 with --enable-feature={flag}; without it "
                "the file is refused."
            )
    return ""
