"""Which functions of PromQL read a counter in a way that its restarts do not spoil."""

import re

EVENTS = re.compile(
    r"_(?:requests|errors|failures|exceptions|restarts|retries|timeouts|rejections)_total$"
)
"""Names that are a counter's where nobody says otherwise. Other gauges do end in `_total`."""

READS_CHANGE = frozenset({"rate", "irate", "increase", "resets", "changes"})
READS_PRESENCE = frozenset(
    {
        "absent",
        "absent_over_time",
        "count",
        "group",
        "timestamp",
        "present_over_time",
        "count_over_time",
    }
)
