"""Metrics of Alertmanager 0.25.0, by `toolkit discover --no-values` from a real scrape."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

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
GO_GC_DURATION_SECONDS = Metric(
    "go_gc_duration_seconds",
    Kind.SUMMARY,
    "A summary of the pause duration of garbage collection cycles.",
    unit=Unit.SECONDS,
    quantiles=(0, 0.25, 0.5, 0.75, 1),
    foreign=True,
)
GO_GOROUTINES = Metric(
    "go_goroutines",
    Kind.GAUGE,
    "Number of goroutines that currently exist.",
    unit=Unit.COUNT,
    foreign=True,
)
GO_INFO = Metric(
    "go_info",
    Kind.INFO,
    "Information about the Go environment.",
    unit=Unit.STATE,
    labels=(Label("version", at_most=10),),
    foreign=True,
)
GO_MEMSTATS_ALLOC_BYTES = Metric(
    "go_memstats_alloc_bytes",
    Kind.GAUGE,
    "Number of bytes allocated and still in use.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_ALLOC_BYTES_TOTAL = Metric(
    "go_memstats_alloc_bytes_total",
    Kind.COUNTER,
    "Total number of bytes allocated, even if freed.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_BUCK_HASH_SYS_BYTES = Metric(
    "go_memstats_buck_hash_sys_bytes",
    Kind.GAUGE,
    "Number of bytes used by the profiling bucket hash table.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_FREES_TOTAL = Metric(
    "go_memstats_frees_total", Kind.COUNTER, "Total number of frees.", unit=Unit.COUNT, foreign=True
)
GO_MEMSTATS_GC_SYS_BYTES = Metric(
    "go_memstats_gc_sys_bytes",
    Kind.GAUGE,
    "Number of bytes used for garbage collection system metadata.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_HEAP_ALLOC_BYTES = Metric(
    "go_memstats_heap_alloc_bytes",
    Kind.GAUGE,
    "Number of heap bytes allocated and still in use.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_HEAP_IDLE_BYTES = Metric(
    "go_memstats_heap_idle_bytes",
    Kind.GAUGE,
    "Number of heap bytes waiting to be used.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_HEAP_INUSE_BYTES = Metric(
    "go_memstats_heap_inuse_bytes",
    Kind.GAUGE,
    "Number of heap bytes that are in use.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_HEAP_OBJECTS = Metric(
    "go_memstats_heap_objects",
    Kind.GAUGE,
    "Number of allocated objects.",
    unit=Unit.COUNT,
    foreign=True,
)
GO_MEMSTATS_HEAP_RELEASED_BYTES = Metric(
    "go_memstats_heap_released_bytes",
    Kind.GAUGE,
    "Number of heap bytes released to OS.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_HEAP_SYS_BYTES = Metric(
    "go_memstats_heap_sys_bytes",
    Kind.GAUGE,
    "Number of heap bytes obtained from system.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_LAST_GC_TIME_SECONDS = Metric(
    "go_memstats_last_gc_time_seconds",
    Kind.GAUGE,
    "Number of seconds since 1970 of last garbage collection.",
    unit=Unit.SECONDS,
    foreign=True,
)
GO_MEMSTATS_LOOKUPS_TOTAL = Metric(
    "go_memstats_lookups_total",
    Kind.COUNTER,
    "Total number of pointer lookups.",
    unit=Unit.COUNT,
    foreign=True,
)
GO_MEMSTATS_MALLOCS_TOTAL = Metric(
    "go_memstats_mallocs_total",
    Kind.COUNTER,
    "Total number of mallocs.",
    unit=Unit.COUNT,
    foreign=True,
)
GO_MEMSTATS_MCACHE_INUSE_BYTES = Metric(
    "go_memstats_mcache_inuse_bytes",
    Kind.GAUGE,
    "Number of bytes in use by mcache structures.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_MCACHE_SYS_BYTES = Metric(
    "go_memstats_mcache_sys_bytes",
    Kind.GAUGE,
    "Number of bytes used for mcache structures obtained from system.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_MSPAN_INUSE_BYTES = Metric(
    "go_memstats_mspan_inuse_bytes",
    Kind.GAUGE,
    "Number of bytes in use by mspan structures.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_MSPAN_SYS_BYTES = Metric(
    "go_memstats_mspan_sys_bytes",
    Kind.GAUGE,
    "Number of bytes used for mspan structures obtained from system.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_NEXT_GC_BYTES = Metric(
    "go_memstats_next_gc_bytes",
    Kind.GAUGE,
    "Number of heap bytes when next garbage collection will take place.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_OTHER_SYS_BYTES = Metric(
    "go_memstats_other_sys_bytes",
    Kind.GAUGE,
    "Number of bytes used for other system allocations.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_STACK_INUSE_BYTES = Metric(
    "go_memstats_stack_inuse_bytes",
    Kind.GAUGE,
    "Number of bytes in use by the stack allocator.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_STACK_SYS_BYTES = Metric(
    "go_memstats_stack_sys_bytes",
    Kind.GAUGE,
    "Number of bytes obtained from system for stack allocator.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_MEMSTATS_SYS_BYTES = Metric(
    "go_memstats_sys_bytes",
    Kind.GAUGE,
    "Number of bytes obtained from system.",
    unit=Unit.BYTES,
    foreign=True,
)
GO_THREADS = Metric(
    "go_threads", Kind.GAUGE, "Number of OS threads created.", unit=Unit.COUNT, foreign=True
)
PROCESS_CPU_SECONDS_TOTAL = Metric(
    "process_cpu_seconds_total",
    Kind.COUNTER,
    "Total user and system CPU time spent in seconds.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROCESS_MAX_FDS = Metric(
    "process_max_fds",
    Kind.GAUGE,
    "Maximum number of open file descriptors.",
    unit=Unit.COUNT,
    foreign=True,
)
PROCESS_OPEN_FDS = Metric(
    "process_open_fds",
    Kind.GAUGE,
    "Number of open file descriptors.",
    unit=Unit.COUNT,
    foreign=True,
)
PROCESS_RESIDENT_MEMORY_BYTES = Metric(
    "process_resident_memory_bytes",
    Kind.GAUGE,
    "Resident memory size in bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
PROCESS_START_TIME_SECONDS = Metric(
    "process_start_time_seconds",
    Kind.GAUGE,
    "Start time of the process since unix epoch in seconds.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROCESS_VIRTUAL_MEMORY_BYTES = Metric(
    "process_virtual_memory_bytes",
    Kind.GAUGE,
    "Virtual memory size in bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
PROCESS_VIRTUAL_MEMORY_MAX_BYTES = Metric(
    "process_virtual_memory_max_bytes",
    Kind.GAUGE,
    "Maximum amount of virtual memory available in bytes.",
    unit=Unit.BYTES,
    foreign=True,
)
PROMHTTP_METRIC_HANDLER_REQUESTS_IN_FLIGHT = Metric(
    "promhttp_metric_handler_requests_in_flight",
    Kind.GAUGE,
    "Current number of scrapes being served.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMHTTP_METRIC_HANDLER_REQUESTS_TOTAL = Metric(
    "promhttp_metric_handler_requests_total",
    Kind.COUNTER,
    "Total number of scrapes by HTTP status code.",
    unit=Unit.COUNT,
    labels=(Label("code", at_most=10),),
    foreign=True,
)
CATALOGUE = Catalogue.of(globals())
