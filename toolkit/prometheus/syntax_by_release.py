"""Which release of Prometheus first knew a function of PromQL, or a way to write something.

Source: https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md, read up
to 3.16. It names no release for `day_of_year`, `histogram_count` and its like, `offset 0s` and
`{{ else with … }}`: of those no more is sure than what promtool 2.42 and 3.16 say.
"""

Release = tuple[int, int]

SINCE: dict[str, Release] = {
    "present_over_time": (2, 29),
    "acos": (2, 31), "acosh": (2, 31), "asin": (2, 31), "asinh": (2, 31), "atan": (2, 31),
    "atanh": (2, 31), "cos": (2, 31), "cosh": (2, 31), "sin": (2, 31), "sinh": (2, 31),
    "tan": (2, 31), "tanh": (2, 31), "deg": (2, 31), "rad": (2, 31), "pi": (2, 31),
    "day_of_year": (2, 33),
    "histogram_count": (2, 40), "histogram_sum": (2, 40), "histogram_fraction": (2, 40),
    "histogram_stddev": (2, 47), "histogram_stdvar": (2, 47),
    "mad_over_time": (2, 49), "sort_by_label": (2, 49), "sort_by_label_desc": (2, 49),
    "histogram_avg": (2, 51),
    "limitk": (2, 54), "limit_ratio": (2, 54),
    "info": (2, 55),
    "double_exponential_smoothing": (3, 0),
    "ts_of_max_over_time": (3, 5), "ts_of_min_over_time": (3, 5), "ts_of_last_over_time": (3, 5),
    "first_over_time": (3, 7), "ts_of_first_over_time": (3, 7),
    "histogram_quantiles": (3, 11),
    "start": (3, 12), "end": (3, 12), "range": (3, 12), "step": (3, 12),
    "min_of": (3, 13), "max_of": (3, 13), "start_timestamp": (3, 14), "integral": (3, 16),
}  # fmt: skip
"""The first release that knows a function or an aggregation; the others are older."""

UNTIL: dict[str, Release] = {"holt_winters": (3, 0)}
"""The release that dropped a function, or renamed it."""

EXPERIMENTAL: dict[str, Release | None] = {
    **dict.fromkeys(
        (
            "mad_over_time", "sort_by_label", "sort_by_label_desc", "limitk", "limit_ratio", "info",
            "double_exponential_smoothing", "ts_of_max_over_time", "ts_of_min_over_time",
            "ts_of_last_over_time", "ts_of_first_over_time", "histogram_quantiles", "start", "end",
            "range", "step", "min_of", "max_of", "start_timestamp", "integral",
        )
    ),
    "first_over_time": (3, 14),
}  # fmt: skip
"""Functions behind promql-experimental-functions, and the release that freed them of it."""

TEMPLATES: dict[str, Release] = {"now": (3, 6), "toDuration": (3, 6), "urlQueryEscape": (3, 8)}
"""The first release that knows a function of templates; the others are older."""

ELSE_WITH: Release = (3, 0)
"""The first release built with Go 1.23, whose templates have `{{ else with … }}`."""

NAMED_GROUPS: Release = (2, 51)
"""The first release built with Go 1.22, whose patterns have `(?<name>…)` beside `(?P<name>…)`."""

NO_OFFSET: Release = (3, 4)
"""The first release that takes an offset of nothing, such as `offset 0s`."""

FILL: Release = (3, 10)
"""The first release with `fill`, behind promql-binop-fill-modifiers."""

NUMBERS: Release = (2, 54)
"""The first release that takes durations and numbers for each other, and `_` in a number."""

UTF8_NAMES: Release = (3, 0)
"""The first release that takes names in UTF-8, in quotes."""
