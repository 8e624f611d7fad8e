"""Which functions of PromQL read a counter in a way that its restarts do not spoil."""

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
