"""Metrics of Prometheus 2.42.0, by `toolkit discover --no-values` from a real scrape."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.catalogues import go_client

NET_CONNTRACK_DIALER_CONN_ATTEMPTED_TOTAL = Metric(
    "net_conntrack_dialer_conn_attempted_total",
    Kind.COUNTER,
    "Total number of connections attempted by the given dialer a given name.",
    unit=Unit.COUNT,
    labels=(Label("dialer_name", at_most=10),),
    foreign=True,
)
NET_CONNTRACK_DIALER_CONN_CLOSED_TOTAL = Metric(
    "net_conntrack_dialer_conn_closed_total",
    Kind.COUNTER,
    "Total number of connections closed which originated from the dialer of a given name.",
    unit=Unit.COUNT,
    labels=(Label("dialer_name", at_most=10),),
    foreign=True,
)
NET_CONNTRACK_DIALER_CONN_ESTABLISHED_TOTAL = Metric(
    "net_conntrack_dialer_conn_established_total",
    Kind.COUNTER,
    "Total number of connections successfully established by the given dialer a given name.",
    unit=Unit.COUNT,
    labels=(Label("dialer_name", at_most=10),),
    foreign=True,
)
NET_CONNTRACK_DIALER_CONN_FAILED_TOTAL = Metric(
    "net_conntrack_dialer_conn_failed_total",
    Kind.COUNTER,
    "Total number of connections failed to dial by the dialer a given name.",
    unit=Unit.COUNT,
    labels=(Label("dialer_name", at_most=10), Label("reason", at_most=10)),
    foreign=True,
)
NET_CONNTRACK_LISTENER_CONN_ACCEPTED_TOTAL = Metric(
    "net_conntrack_listener_conn_accepted_total",
    Kind.COUNTER,
    "Total number of connections opened to the listener of a given name.",
    unit=Unit.COUNT,
    labels=(Label("listener_name", at_most=10),),
    foreign=True,
)
NET_CONNTRACK_LISTENER_CONN_CLOSED_TOTAL = Metric(
    "net_conntrack_listener_conn_closed_total",
    Kind.COUNTER,
    "Total number of connections closed that were made to the listener of a given name.",
    unit=Unit.COUNT,
    labels=(Label("listener_name", at_most=10),),
    foreign=True,
)
PROMETHEUS_API_REMOTE_READ_QUERIES = Metric(
    "prometheus_api_remote_read_queries",
    Kind.GAUGE,
    "The current number of remote read queries being executed or waiting.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_BUILD_INFO = Metric(
    "prometheus_build_info",
    Kind.INFO,
    "A metric with a constant '1' value labeled by version, revision, branch, "
    "goversion from which prometheus was built, and the goos and goarch for the "
    "build.",
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
PROMETHEUS_CONFIG_LAST_RELOAD_SUCCESS_TIMESTAMP_SECONDS = Metric(
    "prometheus_config_last_reload_success_timestamp_seconds",
    Kind.GAUGE,
    "Timestamp of the last successful configuration reload.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_CONFIG_LAST_RELOAD_SUCCESSFUL = Metric(
    "prometheus_config_last_reload_successful",
    Kind.GAUGE,
    "Whether the last configuration reload attempt was successful.",
    unit=Unit.STATE,
    foreign=True,
)
PROMETHEUS_ENGINE_QUERIES = Metric(
    "prometheus_engine_queries",
    Kind.GAUGE,
    "The current number of queries being executed or waiting.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_ENGINE_QUERIES_CONCURRENT_MAX = Metric(
    "prometheus_engine_queries_concurrent_max",
    Kind.GAUGE,
    "The max number of concurrent queries.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_ENGINE_QUERY_DURATION_SECONDS = Metric(
    "prometheus_engine_query_duration_seconds",
    Kind.SUMMARY,
    "Query timings",
    unit=Unit.SECONDS,
    labels=(Label("slice", at_most=10),),
    quantiles=(0.5, 0.9, 0.99),
    foreign=True,
)
PROMETHEUS_ENGINE_QUERY_LOG_ENABLED = Metric(
    "prometheus_engine_query_log_enabled",
    Kind.GAUGE,
    "State of the query log.",
    unit=Unit.STATE,
    foreign=True,
)
PROMETHEUS_ENGINE_QUERY_LOG_FAILURES_TOTAL = Metric(
    "prometheus_engine_query_log_failures_total",
    Kind.COUNTER,
    "The number of query log failures.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_HTTP_REQUEST_DURATION_SECONDS = Metric(
    "prometheus_http_request_duration_seconds",
    Kind.HISTOGRAM,
    "Histogram of latencies for HTTP requests.",
    unit=Unit.SECONDS,
    labels=(Label("handler", at_most=10),),
    buckets=(0.1, 0.2, 0.4, 1, 3, 8, 20, 60, 120),
    foreign=True,
)
PROMETHEUS_HTTP_REQUESTS_TOTAL = Metric(
    "prometheus_http_requests_total",
    Kind.COUNTER,
    "Counter of HTTP requests.",
    unit=Unit.COUNT,
    labels=(Label("code", at_most=10), Label("handler", at_most=10)),
    foreign=True,
)
PROMETHEUS_HTTP_RESPONSE_SIZE_BYTES = Metric(
    "prometheus_http_response_size_bytes",
    Kind.HISTOGRAM,
    "Histogram of response size for HTTP requests.",
    unit=Unit.BYTES,
    labels=(Label("handler", at_most=10),),
    buckets=(100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000),
    foreign=True,
)
PROMETHEUS_NOTIFICATIONS_ALERTMANAGERS_DISCOVERED = Metric(
    "prometheus_notifications_alertmanagers_discovered",
    Kind.GAUGE,
    "The number of alertmanagers discovered and active.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_NOTIFICATIONS_DROPPED_TOTAL = Metric(
    "prometheus_notifications_dropped_total",
    Kind.COUNTER,
    "Total number of alerts dropped due to errors when sending to Alertmanager.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_NOTIFICATIONS_QUEUE_CAPACITY = Metric(
    "prometheus_notifications_queue_capacity",
    Kind.GAUGE,
    "The capacity of the alert notifications queue.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_NOTIFICATIONS_QUEUE_LENGTH = Metric(
    "prometheus_notifications_queue_length",
    Kind.GAUGE,
    "The number of alert notifications in the queue.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_READY = Metric(
    "prometheus_ready",
    Kind.GAUGE,
    "Whether Prometheus startup was fully completed and the server is ready for normal operation.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_REMOTE_STORAGE_EXEMPLARS_IN_TOTAL = Metric(
    "prometheus_remote_storage_exemplars_in_total",
    Kind.COUNTER,
    "Exemplars in to remote storage, compare to exemplars out for queue managers.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_REMOTE_STORAGE_HISTOGRAMS_IN_TOTAL = Metric(
    "prometheus_remote_storage_histograms_in_total",
    Kind.COUNTER,
    "HistogramSamples in to remote storage, compare to histograms out for queue managers.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_REMOTE_STORAGE_SAMPLES_IN_TOTAL = Metric(
    "prometheus_remote_storage_samples_in_total",
    Kind.COUNTER,
    "Samples in to remote storage, compare to samples out for queue managers.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_REMOTE_STORAGE_STRING_INTERNER_ZERO_REFERENCE_RELEASES_TOTAL = Metric(
    "prometheus_remote_storage_string_interner_zero_reference_releases_total",
    Kind.COUNTER,
    "The number of times release has been called for strings that are not interned.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_RULE_EVALUATION_DURATION_SECONDS = Metric(
    "prometheus_rule_evaluation_duration_seconds",
    Kind.SUMMARY,
    "The duration for a rule to execute.",
    unit=Unit.SECONDS,
    quantiles=(0.5, 0.9, 0.99),
    foreign=True,
)
PROMETHEUS_RULE_GROUP_DURATION_SECONDS = Metric(
    "prometheus_rule_group_duration_seconds",
    Kind.SUMMARY,
    "The duration of rule group evaluations.",
    unit=Unit.SECONDS,
    quantiles=(0.01, 0.05, 0.5, 0.9, 0.99),
    foreign=True,
)
PROMETHEUS_SD_AZURE_FAILURES_TOTAL = Metric(
    "prometheus_sd_azure_failures_total",
    Kind.COUNTER,
    "Number of Azure service discovery refresh failures.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_SD_DNS_LOOKUP_FAILURES_TOTAL = Metric(
    "prometheus_sd_dns_lookup_failures_total",
    Kind.COUNTER,
    "The number of DNS-SD lookup failures.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_SD_DNS_LOOKUPS_TOTAL = Metric(
    "prometheus_sd_dns_lookups_total",
    Kind.COUNTER,
    "The number of DNS-SD lookups.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_SD_FAILED_CONFIGS = Metric(
    "prometheus_sd_failed_configs",
    Kind.GAUGE,
    "Current number of service discovery configurations that failed to load.",
    unit=Unit.COUNT,
    labels=(Label("name", at_most=10),),
    foreign=True,
)
PROMETHEUS_SD_FILE_READ_ERRORS_TOTAL = Metric(
    "prometheus_sd_file_read_errors_total",
    Kind.COUNTER,
    "The number of File-SD read errors.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_SD_FILE_SCAN_DURATION_SECONDS = Metric(
    "prometheus_sd_file_scan_duration_seconds",
    Kind.SUMMARY,
    "The duration of the File-SD scan in seconds.",
    unit=Unit.SECONDS,
    quantiles=(0.5, 0.9, 0.99),
    foreign=True,
)
PROMETHEUS_SD_FILE_WATCHER_ERRORS_TOTAL = Metric(
    "prometheus_sd_file_watcher_errors_total",
    Kind.COUNTER,
    "The number of File-SD errors caused by filesystem watch failures.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_SD_HTTP_FAILURES_TOTAL = Metric(
    "prometheus_sd_http_failures_total",
    Kind.COUNTER,
    "Number of HTTP service discovery refresh failures.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPE_POOL_EXCEEDED_LABEL_LIMITS_TOTAL = Metric(
    "prometheus_target_scrape_pool_exceeded_label_limits_total",
    Kind.COUNTER,
    "Total number of times scrape pools hit the label limits, during sync or config reload.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPE_POOL_EXCEEDED_TARGET_LIMIT_TOTAL = Metric(
    "prometheus_target_scrape_pool_exceeded_target_limit_total",
    Kind.COUNTER,
    "Total number of times scrape pools hit the target limit, during sync or config reload.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPE_POOL_RELOADS_FAILED_TOTAL = Metric(
    "prometheus_target_scrape_pool_reloads_failed_total",
    Kind.COUNTER,
    "Total number of failed scrape pool reloads.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPE_POOL_RELOADS_TOTAL = Metric(
    "prometheus_target_scrape_pool_reloads_total",
    Kind.COUNTER,
    "Total number of scrape pool reloads.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPE_POOLS_FAILED_TOTAL = Metric(
    "prometheus_target_scrape_pools_failed_total",
    Kind.COUNTER,
    "Total number of scrape pool creations that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPE_POOLS_TOTAL = Metric(
    "prometheus_target_scrape_pools_total",
    Kind.COUNTER,
    "Total number of scrape pool creation attempts.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPES_CACHE_FLUSH_FORCED_TOTAL = Metric(
    "prometheus_target_scrapes_cache_flush_forced_total",
    Kind.COUNTER,
    "How many times a scrape cache was flushed due to getting big while scrapes are failing.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPES_EXCEEDED_BODY_SIZE_LIMIT_TOTAL = Metric(
    "prometheus_target_scrapes_exceeded_body_size_limit_total",
    Kind.COUNTER,
    "Total number of scrapes that hit the body size limit",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPES_EXCEEDED_SAMPLE_LIMIT_TOTAL = Metric(
    "prometheus_target_scrapes_exceeded_sample_limit_total",
    Kind.COUNTER,
    "Total number of scrapes that hit the sample limit and were rejected.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPES_EXEMPLAR_OUT_OF_ORDER_TOTAL = Metric(
    "prometheus_target_scrapes_exemplar_out_of_order_total",
    Kind.COUNTER,
    "Total number of exemplar rejected due to not being out of the expected order.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPES_SAMPLE_DUPLICATE_TIMESTAMP_TOTAL = Metric(
    "prometheus_target_scrapes_sample_duplicate_timestamp_total",
    Kind.COUNTER,
    "Total number of samples rejected due to duplicate timestamps but different values.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPES_SAMPLE_OUT_OF_BOUNDS_TOTAL = Metric(
    "prometheus_target_scrapes_sample_out_of_bounds_total",
    Kind.COUNTER,
    "Total number of samples rejected due to timestamp falling outside of the time bounds.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TARGET_SCRAPES_SAMPLE_OUT_OF_ORDER_TOTAL = Metric(
    "prometheus_target_scrapes_sample_out_of_order_total",
    Kind.COUNTER,
    "Total number of samples rejected due to not being out of the expected order.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TEMPLATE_TEXT_EXPANSION_FAILURES_TOTAL = Metric(
    "prometheus_template_text_expansion_failures_total",
    Kind.COUNTER,
    "The total number of template text expansion failures.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TEMPLATE_TEXT_EXPANSIONS_TOTAL = Metric(
    "prometheus_template_text_expansions_total",
    Kind.COUNTER,
    "The total number of template text expansions.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TREECACHE_WATCHER_GOROUTINES = Metric(
    "prometheus_treecache_watcher_goroutines",
    Kind.GAUGE,
    "The current number of watcher goroutines.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TREECACHE_ZOOKEEPER_FAILURES_TOTAL = Metric(
    "prometheus_treecache_zookeeper_failures_total",
    Kind.COUNTER,
    "The total number of ZooKeeper failures.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_BLOCKS_LOADED = Metric(
    "prometheus_tsdb_blocks_loaded",
    Kind.GAUGE,
    "Number of currently loaded data blocks",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_CHECKPOINT_CREATIONS_FAILED_TOTAL = Metric(
    "prometheus_tsdb_checkpoint_creations_failed_total",
    Kind.COUNTER,
    "Total number of checkpoint creations that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_CHECKPOINT_CREATIONS_TOTAL = Metric(
    "prometheus_tsdb_checkpoint_creations_total",
    Kind.COUNTER,
    "Total number of checkpoint creations attempted.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_CHECKPOINT_DELETIONS_FAILED_TOTAL = Metric(
    "prometheus_tsdb_checkpoint_deletions_failed_total",
    Kind.COUNTER,
    "Total number of checkpoint deletions that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_CHECKPOINT_DELETIONS_TOTAL = Metric(
    "prometheus_tsdb_checkpoint_deletions_total",
    Kind.COUNTER,
    "Total number of checkpoint deletions attempted.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_CLEAN_START = Metric(
    "prometheus_tsdb_clean_start",
    Kind.GAUGE,
    "-1: lockfile is disabled. 0: a lockfile from a previous execution was "
    "replaced. 1: lockfile creation was clean",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTION_CHUNK_RANGE_SECONDS = Metric(
    "prometheus_tsdb_compaction_chunk_range_seconds",
    Kind.HISTOGRAM,
    "Final time range of chunks on their first compaction",
    unit=Unit.SECONDS,
    buckets=(100, 400, 1600, 6400, 25600, 102400, 409600, 1638400, 6553600, 26214400),
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTION_CHUNK_SAMPLES = Metric(
    "prometheus_tsdb_compaction_chunk_samples",
    Kind.HISTOGRAM,
    "Final number of samples on their first compaction",
    unit=Unit.COUNT,
    buckets=(
        4,
        6,
        9,
        13.5,
        20.25,
        30.375,
        45.5625,
        68.34375,
        102.515625,
        153.7734375,
        230.66015625,
        345.990234375,
    ),
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTION_CHUNK_SIZE_BYTES = Metric(
    "prometheus_tsdb_compaction_chunk_size_bytes",
    Kind.HISTOGRAM,
    "Final size of chunks on their first compaction",
    unit=Unit.BYTES,
    buckets=(32, 48, 72, 108, 162, 243, 364.5, 546.75, 820.125, 1230.1875, 1845.28125, 2767.921875),
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTION_DURATION_SECONDS = Metric(
    "prometheus_tsdb_compaction_duration_seconds",
    Kind.HISTOGRAM,
    "Duration of compaction runs",
    unit=Unit.SECONDS,
    buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192),
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTION_POPULATING_BLOCK = Metric(
    "prometheus_tsdb_compaction_populating_block",
    Kind.GAUGE,
    "Set to 1 when a block is currently being written to the disk.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTIONS_FAILED_TOTAL = Metric(
    "prometheus_tsdb_compactions_failed_total",
    Kind.COUNTER,
    "Total number of compactions that failed for the partition.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTIONS_SKIPPED_TOTAL = Metric(
    "prometheus_tsdb_compactions_skipped_total",
    Kind.COUNTER,
    "Total number of skipped compactions due to disabled auto compaction.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTIONS_TOTAL = Metric(
    "prometheus_tsdb_compactions_total",
    Kind.COUNTER,
    "Total number of compactions that were executed for the partition.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_COMPACTIONS_TRIGGERED_TOTAL = Metric(
    "prometheus_tsdb_compactions_triggered_total",
    Kind.COUNTER,
    "Total number of triggered compactions for the partition.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_DATA_REPLAY_DURATION_SECONDS = Metric(
    "prometheus_tsdb_data_replay_duration_seconds",
    Kind.GAUGE,
    "Time taken to replay the data on disk.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_TSDB_EXEMPLAR_EXEMPLARS_APPENDED_TOTAL = Metric(
    "prometheus_tsdb_exemplar_exemplars_appended_total",
    Kind.COUNTER,
    "Total number of appended exemplars.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_EXEMPLAR_EXEMPLARS_IN_STORAGE = Metric(
    "prometheus_tsdb_exemplar_exemplars_in_storage",
    Kind.GAUGE,
    "Number of exemplars currently in circular storage.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_EXEMPLAR_LAST_EXEMPLARS_TIMESTAMP_SECONDS = Metric(
    "prometheus_tsdb_exemplar_last_exemplars_timestamp_seconds",
    Kind.GAUGE,
    "The timestamp of the oldest exemplar stored in circular storage. Useful to "
    "check for what timerange the current exemplar buffer limit allows. This "
    "usually means the last timestampfor all exemplars for a typical setup. This "
    "is not true though if one of the series timestamp is in future compared to "
    "rest series.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_TSDB_EXEMPLAR_MAX_EXEMPLARS = Metric(
    "prometheus_tsdb_exemplar_max_exemplars",
    Kind.GAUGE,
    "Total number of exemplars the exemplar storage can store, resizeable.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_EXEMPLAR_OUT_OF_ORDER_EXEMPLARS_TOTAL = Metric(
    "prometheus_tsdb_exemplar_out_of_order_exemplars_total",
    Kind.COUNTER,
    "Total number of out of order exemplar ingestion failed attempts.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_EXEMPLAR_SERIES_WITH_EXEMPLARS_IN_STORAGE = Metric(
    "prometheus_tsdb_exemplar_series_with_exemplars_in_storage",
    Kind.GAUGE,
    "Number of series with exemplars currently in circular storage.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_ACTIVE_APPENDERS = Metric(
    "prometheus_tsdb_head_active_appenders",
    Kind.GAUGE,
    "Number of currently active appender transactions",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_CHUNKS = Metric(
    "prometheus_tsdb_head_chunks",
    Kind.GAUGE,
    "Total number of chunks in the head block.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_CHUNKS_CREATED_TOTAL = Metric(
    "prometheus_tsdb_head_chunks_created_total",
    Kind.COUNTER,
    "Total number of chunks created in the head",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_CHUNKS_REMOVED_TOTAL = Metric(
    "prometheus_tsdb_head_chunks_removed_total",
    Kind.COUNTER,
    "Total number of chunks removed in the head",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_GC_DURATION_SECONDS = Metric(
    "prometheus_tsdb_head_gc_duration_seconds",
    Kind.SUMMARY,
    "Runtime of garbage collection in the head block.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_MAX_TIME = Metric(
    "prometheus_tsdb_head_max_time",
    Kind.GAUGE,
    "Maximum timestamp of the head block. The unit is decided by the library consumer.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_MAX_TIME_SECONDS = Metric(
    "prometheus_tsdb_head_max_time_seconds",
    Kind.GAUGE,
    "Maximum timestamp of the head block.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_MIN_TIME = Metric(
    "prometheus_tsdb_head_min_time",
    Kind.GAUGE,
    "Minimum time bound of the head block. The unit is decided by the library consumer.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_MIN_TIME_SECONDS = Metric(
    "prometheus_tsdb_head_min_time_seconds",
    Kind.GAUGE,
    "Minimum time bound of the head block.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_OUT_OF_ORDER_SAMPLES_APPENDED_TOTAL = Metric(
    "prometheus_tsdb_head_out_of_order_samples_appended_total",
    Kind.COUNTER,
    "Total number of appended out of order samples.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_SERIES = Metric(
    "prometheus_tsdb_head_series",
    Kind.GAUGE,
    "Total number of series in the head block.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_SERIES_CREATED_TOTAL = Metric(
    "prometheus_tsdb_head_series_created_total",
    Kind.COUNTER,
    "Total number of series created in the head",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_SERIES_NOT_FOUND_TOTAL = Metric(
    "prometheus_tsdb_head_series_not_found_total",
    Kind.COUNTER,
    "Total number of requests for series that were not found.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_SERIES_REMOVED_TOTAL = Metric(
    "prometheus_tsdb_head_series_removed_total",
    Kind.COUNTER,
    "Total number of series removed in the head",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_TRUNCATIONS_FAILED_TOTAL = Metric(
    "prometheus_tsdb_head_truncations_failed_total",
    Kind.COUNTER,
    "Total number of head truncations that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_HEAD_TRUNCATIONS_TOTAL = Metric(
    "prometheus_tsdb_head_truncations_total",
    Kind.COUNTER,
    "Total number of head truncations attempted.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_ISOLATION_HIGH_WATERMARK = Metric(
    "prometheus_tsdb_isolation_high_watermark",
    Kind.GAUGE,
    "The highest TSDB append ID that has been given out.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_ISOLATION_LOW_WATERMARK = Metric(
    "prometheus_tsdb_isolation_low_watermark",
    Kind.GAUGE,
    "The lowest TSDB append ID that is still referenced.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_LOWEST_TIMESTAMP = Metric(
    "prometheus_tsdb_lowest_timestamp",
    Kind.GAUGE,
    "Lowest timestamp value stored in the database. The unit is decided by the library consumer.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_LOWEST_TIMESTAMP_SECONDS = Metric(
    "prometheus_tsdb_lowest_timestamp_seconds",
    Kind.GAUGE,
    "Lowest timestamp value stored in the database.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_TSDB_MMAP_CHUNK_CORRUPTIONS_TOTAL = Metric(
    "prometheus_tsdb_mmap_chunk_corruptions_total",
    Kind.COUNTER,
    "Total number of memory-mapped chunk corruptions.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_RELOADS_FAILURES_TOTAL = Metric(
    "prometheus_tsdb_reloads_failures_total",
    Kind.COUNTER,
    "Number of times the database failed to reloadBlocks block data from disk.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_RELOADS_TOTAL = Metric(
    "prometheus_tsdb_reloads_total",
    Kind.COUNTER,
    "Number of times the database reloaded block data from disk.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_RETENTION_LIMIT_BYTES = Metric(
    "prometheus_tsdb_retention_limit_bytes",
    Kind.GAUGE,
    "Max number of bytes to be retained in the tsdb blocks, configured 0 means disabled",
    unit=Unit.BYTES,
    foreign=True,
)
PROMETHEUS_TSDB_SIZE_RETENTIONS_TOTAL = Metric(
    "prometheus_tsdb_size_retentions_total",
    Kind.COUNTER,
    "The number of times that blocks were deleted because the maximum number of "
    "bytes was exceeded.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_SNAPSHOT_REPLAY_ERROR_TOTAL = Metric(
    "prometheus_tsdb_snapshot_replay_error_total",
    Kind.COUNTER,
    "Total number snapshot replays that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_STORAGE_BLOCKS_BYTES = Metric(
    "prometheus_tsdb_storage_blocks_bytes",
    Kind.GAUGE,
    "The number of bytes that are currently used for local storage by all blocks.",
    unit=Unit.BYTES,
    foreign=True,
)
PROMETHEUS_TSDB_SYMBOL_TABLE_SIZE_BYTES = Metric(
    "prometheus_tsdb_symbol_table_size_bytes",
    Kind.GAUGE,
    "Size of symbol table in memory for loaded blocks",
    unit=Unit.BYTES,
    foreign=True,
)
PROMETHEUS_TSDB_TIME_RETENTIONS_TOTAL = Metric(
    "prometheus_tsdb_time_retentions_total",
    Kind.COUNTER,
    "The number of times that blocks were deleted because the maximum time limit was exceeded.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_TOMBSTONE_CLEANUP_SECONDS = Metric(
    "prometheus_tsdb_tombstone_cleanup_seconds",
    Kind.HISTOGRAM,
    "The time taken to recompact blocks to remove tombstones.",
    unit=Unit.SECONDS,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    foreign=True,
)
PROMETHEUS_TSDB_VERTICAL_COMPACTIONS_TOTAL = Metric(
    "prometheus_tsdb_vertical_compactions_total",
    Kind.COUNTER,
    "Total number of compactions done on overlapping blocks.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_COMPLETED_PAGES_TOTAL = Metric(
    "prometheus_tsdb_wal_completed_pages_total",
    Kind.COUNTER,
    "Total number of completed pages.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_CORRUPTIONS_TOTAL = Metric(
    "prometheus_tsdb_wal_corruptions_total",
    Kind.COUNTER,
    "Total number of WAL corruptions.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_FSYNC_DURATION_SECONDS = Metric(
    "prometheus_tsdb_wal_fsync_duration_seconds",
    Kind.SUMMARY,
    "Duration of write log fsync.",
    unit=Unit.SECONDS,
    quantiles=(0.5, 0.9, 0.99),
    foreign=True,
)
PROMETHEUS_TSDB_WAL_PAGE_FLUSHES_TOTAL = Metric(
    "prometheus_tsdb_wal_page_flushes_total",
    Kind.COUNTER,
    "Total number of page flushes.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_SEGMENT_CURRENT = Metric(
    "prometheus_tsdb_wal_segment_current",
    Kind.GAUGE,
    "Write log segment index that TSDB is currently writing to.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_TRUNCATE_DURATION_SECONDS = Metric(
    "prometheus_tsdb_wal_truncate_duration_seconds",
    Kind.SUMMARY,
    "Duration of WAL truncation.",
    unit=Unit.SECONDS,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_TRUNCATIONS_FAILED_TOTAL = Metric(
    "prometheus_tsdb_wal_truncations_failed_total",
    Kind.COUNTER,
    "Total number of write log truncations that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_TRUNCATIONS_TOTAL = Metric(
    "prometheus_tsdb_wal_truncations_total",
    Kind.COUNTER,
    "Total number of write log truncations attempted.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_TSDB_WAL_WRITES_FAILED_TOTAL = Metric(
    "prometheus_tsdb_wal_writes_failed_total",
    Kind.COUNTER,
    "Total number of write log writes that failed.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_WEB_FEDERATION_ERRORS_TOTAL = Metric(
    "prometheus_web_federation_errors_total",
    Kind.COUNTER,
    "Total number of errors that occurred while sending federation responses.",
    unit=Unit.COUNT,
    foreign=True,
)
PROMETHEUS_WEB_FEDERATION_WARNINGS_TOTAL = Metric(
    "prometheus_web_federation_warnings_total",
    Kind.COUNTER,
    "Total number of warnings that occurred while sending federation responses.",
    unit=Unit.COUNT,
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
