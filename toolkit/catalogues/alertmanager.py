"""Metrics of Alertmanager 0.25.0, by `toolkit discover --no-values` from a real scrape."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.catalogues import go_client

ALERTMANAGER_ALERTS = Metric(
    "alertmanager_alerts",
    Kind.GAUGE,
    "How many alerts by state.",
    unit=Unit.COUNT,
    labels=(Label("state", at_most=10),),
    foreign=True,
)
ALERTMANAGER_ALERTS_INVALID_TOTAL = Metric(
    "alertmanager_alerts_invalid_total",
    Kind.COUNTER,
    "The total number of received alerts that were invalid.",
    unit=Unit.COUNT,
    labels=(Label("version", at_most=10),),
    foreign=True,
)
ALERTMANAGER_ALERTS_RECEIVED_TOTAL = Metric(
    "alertmanager_alerts_received_total",
    Kind.COUNTER,
    "The total number of received alerts.",
    unit=Unit.COUNT,
    labels=(Label("status", at_most=10), Label("version", at_most=10)),
    foreign=True,
)
ALERTMANAGER_BUILD_INFO = Metric(
    "alertmanager_build_info",
    Kind.INFO,
    "A metric with a constant '1' value labeled by version, revision, branch, "
    "goversion from which alertmanager was built, and the goos and goarch for the"
    " build.",
    unit=Unit.STATE,
    labels=(
        Label("branch", at_most=10),
        Label("goarch", at_most=10),
        Label("goos", at_most=10),
        Label("goversion", at_most=10),
        Label("revision", at_most=10),
        Label("version", at_most=10),
    ),
    foreign=True,
)
ALERTMANAGER_CLUSTER_ENABLED = Metric(
    "alertmanager_cluster_enabled",
    Kind.GAUGE,
    "Indicates whether the clustering is enabled or not.",
    unit=Unit.STATE,
    foreign=True,
)
ALERTMANAGER_CONFIG_HASH = Metric(
    "alertmanager_config_hash",
    Kind.GAUGE,
    "Hash of the currently loaded alertmanager configuration.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_CONFIG_LAST_RELOAD_SUCCESS_TIMESTAMP_SECONDS = Metric(
    "alertmanager_config_last_reload_success_timestamp_seconds",
    Kind.GAUGE,
    "Timestamp of the last successful configuration reload.",
    unit=Unit.SECONDS,
    foreign=True,
)
ALERTMANAGER_CONFIG_LAST_RELOAD_SUCCESSFUL = Metric(
    "alertmanager_config_last_reload_successful",
    Kind.GAUGE,
    "Whether the last configuration reload attempt was successful.",
    unit=Unit.STATE,
    foreign=True,
)
ALERTMANAGER_DISPATCHER_AGGREGATION_GROUPS = Metric(
    "alertmanager_dispatcher_aggregation_groups",
    Kind.GAUGE,
    "Number of active aggregation groups",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_DISPATCHER_ALERT_PROCESSING_DURATION_SECONDS = Metric(
    "alertmanager_dispatcher_alert_processing_duration_seconds",
    Kind.SUMMARY,
    "Summary of latencies for the processing of alerts.",
    unit=Unit.SECONDS,
    foreign=True,
)
ALERTMANAGER_HTTP_CONCURRENCY_LIMIT_EXCEEDED_TOTAL = Metric(
    "alertmanager_http_concurrency_limit_exceeded_total",
    Kind.COUNTER,
    "Total number of times an HTTP request failed because the concurrency limit was reached.",
    unit=Unit.COUNT,
    labels=(Label("method", at_most=10),),
    foreign=True,
)
ALERTMANAGER_HTTP_REQUEST_DURATION_SECONDS = Metric(
    "alertmanager_http_request_duration_seconds",
    Kind.HISTOGRAM,
    "Histogram of latencies for HTTP requests.",
    unit=Unit.SECONDS,
    labels=(Label("handler", at_most=10), Label("method", at_most=10)),
    buckets=(0.05, 0.1, 0.25, 0.5, 0.75, 1, 2, 5, 20, 60),
    foreign=True,
)
ALERTMANAGER_HTTP_REQUESTS_IN_FLIGHT = Metric(
    "alertmanager_http_requests_in_flight",
    Kind.GAUGE,
    "Current number of HTTP requests being processed.",
    unit=Unit.COUNT,
    labels=(Label("method", at_most=10),),
    foreign=True,
)
ALERTMANAGER_HTTP_RESPONSE_SIZE_BYTES = Metric(
    "alertmanager_http_response_size_bytes",
    Kind.HISTOGRAM,
    "Histogram of response size for HTTP requests.",
    unit=Unit.BYTES,
    labels=(Label("handler", at_most=10), Label("method", at_most=10)),
    buckets=(100, 1000, 10000, 100000, 1000000, 10000000, 100000000),
    foreign=True,
)
ALERTMANAGER_INTEGRATIONS = Metric(
    "alertmanager_integrations",
    Kind.GAUGE,
    "Number of configured integrations.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_MARKED_ALERTS = Metric(
    "alertmanager_marked_alerts",
    Kind.GAUGE,
    "How many alerts by state are currently marked in the Alertmanager regardless of their expiry.",
    unit=Unit.COUNT,
    labels=(Label("state", at_most=10),),
    foreign=True,
)
ALERTMANAGER_NFLOG_GC_DURATION_SECONDS = Metric(
    "alertmanager_nflog_gc_duration_seconds",
    Kind.SUMMARY,
    "Duration of the last notification log garbage collection cycle.",
    unit=Unit.SECONDS,
    foreign=True,
)
ALERTMANAGER_NFLOG_GOSSIP_MESSAGES_PROPAGATED_TOTAL = Metric(
    "alertmanager_nflog_gossip_messages_propagated_total",
    Kind.COUNTER,
    "Number of received gossip messages that have been further gossiped.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_NFLOG_QUERIES_TOTAL = Metric(
    "alertmanager_nflog_queries_total",
    Kind.COUNTER,
    "Number of notification log queries were received.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_NFLOG_QUERY_DURATION_SECONDS = Metric(
    "alertmanager_nflog_query_duration_seconds",
    Kind.HISTOGRAM,
    "Duration of notification log query evaluation.",
    unit=Unit.SECONDS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    foreign=True,
)
ALERTMANAGER_NFLOG_QUERY_ERRORS_TOTAL = Metric(
    "alertmanager_nflog_query_errors_total",
    Kind.COUNTER,
    "Number notification log received queries that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_NFLOG_SNAPSHOT_DURATION_SECONDS = Metric(
    "alertmanager_nflog_snapshot_duration_seconds",
    Kind.SUMMARY,
    "Duration of the last notification log snapshot.",
    unit=Unit.SECONDS,
    foreign=True,
)
ALERTMANAGER_NFLOG_SNAPSHOT_SIZE_BYTES = Metric(
    "alertmanager_nflog_snapshot_size_bytes",
    Kind.GAUGE,
    "Size of the last notification log snapshot in bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
ALERTMANAGER_NOTIFICATION_LATENCY_SECONDS = Metric(
    "alertmanager_notification_latency_seconds",
    Kind.HISTOGRAM,
    "The latency of notifications in seconds.",
    unit=Unit.SECONDS,
    labels=(Label("integration", at_most=50),),
    buckets=(1, 5, 10, 15, 20),
    foreign=True,
)
ALERTMANAGER_NOTIFICATION_REQUESTS_FAILED_TOTAL = Metric(
    "alertmanager_notification_requests_failed_total",
    Kind.COUNTER,
    "The total number of failed notification requests.",
    unit=Unit.COUNT,
    labels=(Label("integration", at_most=50),),
    foreign=True,
)
ALERTMANAGER_NOTIFICATION_REQUESTS_TOTAL = Metric(
    "alertmanager_notification_requests_total",
    Kind.COUNTER,
    "The total number of attempted notification requests.",
    unit=Unit.COUNT,
    labels=(Label("integration", at_most=50),),
    foreign=True,
)
ALERTMANAGER_NOTIFICATIONS_FAILED_TOTAL = Metric(
    "alertmanager_notifications_failed_total",
    Kind.COUNTER,
    "The total number of failed notifications.",
    unit=Unit.COUNT,
    labels=(Label("integration", at_most=50),),
    foreign=True,
)
ALERTMANAGER_NOTIFICATIONS_TOTAL = Metric(
    "alertmanager_notifications_total",
    Kind.COUNTER,
    "The total number of attempted notifications.",
    unit=Unit.COUNT,
    labels=(Label("integration", at_most=50),),
    foreign=True,
)
ALERTMANAGER_RECEIVERS = Metric(
    "alertmanager_receivers",
    Kind.GAUGE,
    "Number of configured receivers.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_SILENCES = Metric(
    "alertmanager_silences",
    Kind.GAUGE,
    "How many silences by state.",
    unit=Unit.COUNT,
    labels=(Label("state", at_most=10),),
    foreign=True,
)
ALERTMANAGER_SILENCES_GC_DURATION_SECONDS = Metric(
    "alertmanager_silences_gc_duration_seconds",
    Kind.SUMMARY,
    "Duration of the last silence garbage collection cycle.",
    unit=Unit.SECONDS,
    foreign=True,
)
ALERTMANAGER_SILENCES_GOSSIP_MESSAGES_PROPAGATED_TOTAL = Metric(
    "alertmanager_silences_gossip_messages_propagated_total",
    Kind.COUNTER,
    "Number of received gossip messages that have been further gossiped.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_SILENCES_QUERIES_TOTAL = Metric(
    "alertmanager_silences_queries_total",
    Kind.COUNTER,
    "How many silence queries were received.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_SILENCES_QUERY_DURATION_SECONDS = Metric(
    "alertmanager_silences_query_duration_seconds",
    Kind.HISTOGRAM,
    "Duration of silence query evaluation.",
    unit=Unit.SECONDS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    foreign=True,
)
ALERTMANAGER_SILENCES_QUERY_ERRORS_TOTAL = Metric(
    "alertmanager_silences_query_errors_total",
    Kind.COUNTER,
    "How many silence received queries did not succeed.",
    unit=Unit.COUNT,
    foreign=True,
)
ALERTMANAGER_SILENCES_SNAPSHOT_DURATION_SECONDS = Metric(
    "alertmanager_silences_snapshot_duration_seconds",
    Kind.SUMMARY,
    "Duration of the last silence snapshot.",
    unit=Unit.SECONDS,
    foreign=True,
)
ALERTMANAGER_SILENCES_SNAPSHOT_SIZE_BYTES = Metric(
    "alertmanager_silences_snapshot_size_bytes",
    Kind.GAUGE,
    "Size of the last silence snapshot in bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
CATALOGUE = Catalogue(
    (
        *Catalogue.of(globals()).metrics,
        *go_client.RUNTIME.metrics,
        go_client.PROMHTTP_METRIC_HANDLER_REQUESTS_IN_FLIGHT,
        go_client.PROMHTTP_METRIC_HANDLER_REQUESTS_TOTAL,
    )
)
