"""The functions and variables that a template may use: Go's own, and those that Prometheus adds.

Sources: https://pkg.go.dev/text/template,
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

FUNCTIONS = frozenset(
    {
        # Go's own
        "and", "call", "html", "index", "js", "len", "not", "or", "print", "printf", "println",
        "slice", "urlquery", "eq", "ge", "gt", "le", "lt", "ne",
        # of Prometheus
        "args", "externalURL", "first", "graphLink", "humanize", "humanize1024",
        "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "label", "match",
        "parseDuration", "pathPrefix", "query", "reReplaceAll", "safeHtml", "sortByLabel",
        "stripDomain", "stripPort", "strvalue", "tableLink", "title", "toLower",
        "toTime", "toUpper", "value",
        # of Prometheus 3
        "now", "toDuration", "urlQueryEscape",
    }
)  # fmt: skip
VARIABLES = ("$", "$labels", "$externalLabels", "$externalURL", "$value")

ARGUMENTS = {
    **dict.fromkeys(("externalURL", "pathPrefix", "now"), 0),
    **dict.fromkeys(
        (
            "first", "graphLink", "humanize", "humanize1024", "humanizeDuration",
            "humanizePercentage", "humanizeTimestamp", "len", "not", "parseDuration", "query",
            "safeHtml", "stripDomain", "stripPort", "strvalue", "tableLink", "title",
            "toDuration", "toLower", "toTime", "toUpper", "urlQueryEscape", "value",
        ),
        1,
    ),
    **dict.fromkeys(("ge", "gt", "label", "le", "lt", "match", "ne", "sortByLabel"), 2),
    "reReplaceAll": 3,
}  # fmt: skip
"""How many arguments a function takes, where Go refuses any other number of them."""

OF_TEXT = frozenset(
    {
        "graphLink", "match", "parseDuration", "query", "reReplaceAll", "safeHtml", "stripDomain",
        "stripPort", "tableLink", "title", "toLower", "toUpper", "urlQueryEscape",
    }
)  # fmt: skip
"""Functions that fail where they are given a number."""
