"""Rule files that look like Prometheus' and are read by another program.

Thanos, Mimir (and Cortex), Loki and VictoriaMetrics' vmalert read the same files with keys of their
own; Loki and vmalert with expressions of their own too, which nothing here judges.
Sources: https://thanos.io/tip/components/rule.md/, https://grafana.com/docs/mimir/latest/,
https://grafana.com/docs/loki/latest/alert/, https://docs.victoriametrics.com/vmalert/
"""

import re
from enum import StrEnum


class Dialect(StrEnum):
    """The program that reads a rule file."""

    PROMETHEUS = "prometheus"
    THANOS = "thanos"
    MIMIR = "mimir"
    LOKI = "loki"
    VICTORIAMETRICS = "victoriametrics"


GROUP_KEYS = {
    Dialect.PROMETHEUS: frozenset({"name", "interval", "query_offset", "limit", "labels", "rules"}),
    Dialect.THANOS: frozenset({"partial_response_strategy"}),
    Dialect.MIMIR: frozenset(
        {"source_tenants", "evaluation_delay", "align_evaluation_time_on_interval"}
    ),
    Dialect.LOKI: frozenset({"remote_write"}),
    Dialect.VICTORIAMETRICS: frozenset(
        {
            "concurrency",
            "debug",
            "eval_alignment",
            "eval_delay",
            "eval_offset",
            "headers",
            "notifier_headers",
            "params",
            "tenant",
            "type",
        }
    ),
}
"""The keys of a group: Prometheus' own, then what each of the others adds."""

RULE_KEYS = {
    Dialect.PROMETHEUS: frozenset(
        {"record", "alert", "expr", "for", "keep_firing_for", "labels", "annotations"}
    ),
    Dialect.VICTORIAMETRICS: frozenset({"debug", "update_entries_limit"}),
}
"""The keys of a rule, likewise."""

NEEDS = {"keep_firing_for": (2, 42), "query_offset": (2, 53), "labels": (3, 0)}
"""The release of Prometheus that first took a key; `labels` are those of a group.

Source: https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md
"""

_LOGQL = re.compile(
    r"""\|[=~>]\s*["`]|!=\s*["`][^"`]*["`]\s*(?:\||\[)|\|\s*(?:json|logfmt|regexp|pattern|unpack
    |line_format|label_format|decolorize|drop|keep|unwrap)\b""",
    re.VERBOSE,
)
_METRICSQL = re.compile(
    r"""\{[^{}]*["'`]\s+or\s+[\w"'`][^{}]*\}|(?i:\bwith\s*\()|\bkeep_metric_names\b|\bdefault\s+[\w(]|\bif(?:not)?\s+[\w(]
    |\b(?:rollup\w*|label_(?:set|del|keep|copy|move|map|match|mismatch|value|transform|uppercase
    |lowercase|graphite_group)|range_\w+|running_\w+|aggr_over_time|quantiles_over_time
    |increase_pure|increase_prometheus|rate_over_sum|rate_prometheus|default_rollup|alias|union
    |histogram_share|prometheus_buckets|buckets_limit|topk_\w+|bottomk_\w+|outliers\w*|any
    |median|mode|sum2|geomean|distinct|lag|lifetime|scrape_interval|tlast_over_time|tfirst_over_time
    |tmax_over_time|tmin_over_time|share_\w+_over_time|hoeffding_bound_\w+|zscore\w*|limit_offset
    |drop_\w+_series|sort_by_label_numeric\w*|interpolate|keep_last_value|keep_next_value
    |remove_resets|ru|ttf|smooth_exponential|vector_range|now|rand\w*)\s*\(""",
    re.VERBOSE,
)


def of_group_key(key: str) -> Dialect | None:
    """The one whose own key of a group it is; None for a key that Prometheus has, or nobody."""
    return _of_key(key, GROUP_KEYS)


def of_rule_key(key: str) -> Dialect | None:
    """The one whose own key of a rule it is, likewise."""
    return _of_key(key, RULE_KEYS)


def of_expression(text: str) -> Dialect | None:
    """Whose language an expression that is not PromQL seems to be; None where it is nobody's."""
    if _LOGQL.search(text):
        return Dialect.LOKI
    return Dialect.VICTORIAMETRICS if _METRICSQL.search(text) else None


def _of_key(key: str, keys: dict[Dialect, frozenset[str]]) -> Dialect | None:
    if key in keys[Dialect.PROMETHEUS]:
        return None
    return next((dialect for dialect, own in keys.items() if key in own), None)
