"""Metrics of Redis exporter 1.45.0, by `toolkit discover --no-values` from a real scrape."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.catalogues import go_client

REDIS_ACTIVE_DEFRAG_RUNNING = Metric(
    "redis_active_defrag_running",
    Kind.GAUGE,
    "active_defrag_running metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_ALLOCATOR_ACTIVE_BYTES = Metric(
    "redis_allocator_active_bytes",
    Kind.GAUGE,
    "allocator_active_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_ALLOCATOR_ALLOCATED_BYTES = Metric(
    "redis_allocator_allocated_bytes",
    Kind.GAUGE,
    "allocator_allocated_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_ALLOCATOR_FRAG_BYTES = Metric(
    "redis_allocator_frag_bytes",
    Kind.GAUGE,
    "allocator_frag_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_ALLOCATOR_FRAG_RATIO = Metric(
    "redis_allocator_frag_ratio",
    Kind.GAUGE,
    "allocator_frag_ratio metric",
    unit=Unit.RATIO,
    foreign=True,
)
REDIS_ALLOCATOR_RESIDENT_BYTES = Metric(
    "redis_allocator_resident_bytes",
    Kind.GAUGE,
    "allocator_resident_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_ALLOCATOR_RSS_BYTES = Metric(
    "redis_allocator_rss_bytes",
    Kind.GAUGE,
    "allocator_rss_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_ALLOCATOR_RSS_RATIO = Metric(
    "redis_allocator_rss_ratio",
    Kind.GAUGE,
    "allocator_rss_ratio metric",
    unit=Unit.RATIO,
    foreign=True,
)
REDIS_AOF_CURRENT_REWRITE_DURATION_SEC = Metric(
    "redis_aof_current_rewrite_duration_sec",
    Kind.GAUGE,
    "aof_current_rewrite_duration_sec metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_AOF_ENABLED = Metric(
    "redis_aof_enabled", Kind.GAUGE, "aof_enabled metric", unit=Unit.STATE, foreign=True
)
REDIS_AOF_LAST_BGREWRITE_STATUS = Metric(
    "redis_aof_last_bgrewrite_status",
    Kind.GAUGE,
    "aof_last_bgrewrite_status metric",
    unit=Unit.STATE,
    foreign=True,
)
REDIS_AOF_LAST_COW_SIZE_BYTES = Metric(
    "redis_aof_last_cow_size_bytes",
    Kind.GAUGE,
    "aof_last_cow_size_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_AOF_LAST_REWRITE_DURATION_SEC = Metric(
    "redis_aof_last_rewrite_duration_sec",
    Kind.GAUGE,
    "aof_last_rewrite_duration_sec metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_AOF_LAST_WRITE_STATUS = Metric(
    "redis_aof_last_write_status",
    Kind.GAUGE,
    "aof_last_write_status metric",
    unit=Unit.STATE,
    foreign=True,
)
REDIS_AOF_REWRITE_IN_PROGRESS = Metric(
    "redis_aof_rewrite_in_progress",
    Kind.GAUGE,
    "aof_rewrite_in_progress metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_AOF_REWRITE_SCHEDULED = Metric(
    "redis_aof_rewrite_scheduled",
    Kind.GAUGE,
    "aof_rewrite_scheduled metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_BLOCKED_CLIENTS = Metric(
    "redis_blocked_clients", Kind.GAUGE, "blocked_clients metric", unit=Unit.COUNT, foreign=True
)
REDIS_CLIENT_RECENT_MAX_INPUT_BUFFER_BYTES = Metric(
    "redis_client_recent_max_input_buffer_bytes",
    Kind.GAUGE,
    "client_recent_max_input_buffer_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_CLIENT_RECENT_MAX_OUTPUT_BUFFER_BYTES = Metric(
    "redis_client_recent_max_output_buffer_bytes",
    Kind.GAUGE,
    "client_recent_max_output_buffer_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_CLIENTS_IN_TIMEOUT_TABLE = Metric(
    "redis_clients_in_timeout_table",
    Kind.GAUGE,
    "clients_in_timeout_table metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_CLUSTER_CONNECTIONS = Metric(
    "redis_cluster_connections",
    Kind.GAUGE,
    "cluster_connections metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_CLUSTER_ENABLED = Metric(
    "redis_cluster_enabled", Kind.GAUGE, "cluster_enabled metric", unit=Unit.STATE, foreign=True
)
REDIS_COMMANDS_DURATION_SECONDS_TOTAL = Metric(
    "redis_commands_duration_seconds_total",
    Kind.COUNTER,
    "Total amount of time in seconds spent per command",
    unit=Unit.SECONDS,
    labels=(Label("cmd", at_most=10),),
    foreign=True,
)
REDIS_COMMANDS_FAILED_CALLS_TOTAL = Metric(
    "redis_commands_failed_calls_total",
    Kind.COUNTER,
    "Total number of errors prior command execution per command",
    unit=Unit.COUNT,
    labels=(Label("cmd", at_most=10),),
    foreign=True,
)
REDIS_COMMANDS_PROCESSED_TOTAL = Metric(
    "redis_commands_processed_total",
    Kind.COUNTER,
    "commands_processed_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_COMMANDS_REJECTED_CALLS_TOTAL = Metric(
    "redis_commands_rejected_calls_total",
    Kind.COUNTER,
    "Total number of errors within command execution per command",
    unit=Unit.COUNT,
    labels=(Label("cmd", at_most=10),),
    foreign=True,
)
REDIS_COMMANDS_TOTAL = Metric(
    "redis_commands_total",
    Kind.COUNTER,
    "Total number of calls per command",
    unit=Unit.COUNT,
    labels=(Label("cmd", at_most=10),),
    foreign=True,
)
REDIS_CONFIG_IO_THREADS = Metric(
    "redis_config_io_threads", Kind.GAUGE, "config_io_threads metric", unit=Unit.COUNT, foreign=True
)
REDIS_CONFIG_MAXCLIENTS = Metric(
    "redis_config_maxclients", Kind.GAUGE, "config_maxclients metric", unit=Unit.COUNT, foreign=True
)
REDIS_CONFIG_MAXMEMORY = Metric(
    "redis_config_maxmemory", Kind.GAUGE, "config_maxmemory metric", unit=Unit.COUNT, foreign=True
)
REDIS_CONNECTED_CLIENTS = Metric(
    "redis_connected_clients", Kind.GAUGE, "connected_clients metric", unit=Unit.COUNT, foreign=True
)
REDIS_CONNECTED_SLAVES = Metric(
    "redis_connected_slaves", Kind.GAUGE, "connected_slaves metric", unit=Unit.COUNT, foreign=True
)
REDIS_CONNECTIONS_RECEIVED_TOTAL = Metric(
    "redis_connections_received_total",
    Kind.COUNTER,
    "connections_received_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_CPU_SYS_CHILDREN_SECONDS_TOTAL = Metric(
    "redis_cpu_sys_children_seconds_total",
    Kind.COUNTER,
    "cpu_sys_children_seconds_total metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_CPU_SYS_MAIN_THREAD_SECONDS_TOTAL = Metric(
    "redis_cpu_sys_main_thread_seconds_total",
    Kind.COUNTER,
    "cpu_sys_main_thread_seconds_total metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_CPU_SYS_SECONDS_TOTAL = Metric(
    "redis_cpu_sys_seconds_total",
    Kind.COUNTER,
    "cpu_sys_seconds_total metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_CPU_USER_CHILDREN_SECONDS_TOTAL = Metric(
    "redis_cpu_user_children_seconds_total",
    Kind.COUNTER,
    "cpu_user_children_seconds_total metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_CPU_USER_MAIN_THREAD_SECONDS_TOTAL = Metric(
    "redis_cpu_user_main_thread_seconds_total",
    Kind.COUNTER,
    "cpu_user_main_thread_seconds_total metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_CPU_USER_SECONDS_TOTAL = Metric(
    "redis_cpu_user_seconds_total",
    Kind.COUNTER,
    "cpu_user_seconds_total metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_DB_KEYS = Metric(
    "redis_db_keys",
    Kind.GAUGE,
    "Total number of keys by DB",
    unit=Unit.COUNT,
    labels=(Label("db", at_most=50),),
    foreign=True,
)
REDIS_DB_KEYS_EXPIRING = Metric(
    "redis_db_keys_expiring",
    Kind.GAUGE,
    "Total number of expiring keys by DB",
    unit=Unit.COUNT,
    labels=(Label("db", at_most=50),),
    foreign=True,
)
REDIS_DEFRAG_HITS = Metric(
    "redis_defrag_hits", Kind.GAUGE, "defrag_hits metric", unit=Unit.COUNT, foreign=True
)
REDIS_DEFRAG_KEY_HITS = Metric(
    "redis_defrag_key_hits", Kind.GAUGE, "defrag_key_hits metric", unit=Unit.COUNT, foreign=True
)
REDIS_DEFRAG_KEY_MISSES = Metric(
    "redis_defrag_key_misses", Kind.GAUGE, "defrag_key_misses metric", unit=Unit.COUNT, foreign=True
)
REDIS_DEFRAG_MISSES = Metric(
    "redis_defrag_misses", Kind.GAUGE, "defrag_misses metric", unit=Unit.COUNT, foreign=True
)
REDIS_DUMP_PAYLOAD_SANITIZATIONS = Metric(
    "redis_dump_payload_sanitizations",
    Kind.COUNTER,
    "dump_payload_sanitizations metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_EVICTED_KEYS_TOTAL = Metric(
    "redis_evicted_keys_total",
    Kind.COUNTER,
    "evicted_keys_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_EXPIRED_KEYS_TOTAL = Metric(
    "redis_expired_keys_total",
    Kind.COUNTER,
    "expired_keys_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_EXPIRED_STALE_PERCENTAGE = Metric(
    "redis_expired_stale_percentage",
    Kind.GAUGE,
    "expired_stale_percentage metric",
    unit=Unit.PERCENT,
    foreign=True,
)
REDIS_EXPIRED_TIME_CAP_REACHED_TOTAL = Metric(
    "redis_expired_time_cap_reached_total",
    Kind.GAUGE,
    "expired_time_cap_reached_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_EXPORTER_BUILD_INFO = Metric(
    "redis_exporter_build_info",
    Kind.INFO,
    "redis exporter build_info",
    unit=Unit.STATE,
    labels=(
        Label("build_date", at_most=10),
        Label("commit_sha", at_most=10),
        Label("golang_version", at_most=10),
        Label("version", at_most=10),
    ),
    foreign=True,
)
REDIS_EXPORTER_LAST_SCRAPE_CONNECT_TIME_SECONDS = Metric(
    "redis_exporter_last_scrape_connect_time_seconds",
    Kind.GAUGE,
    "exporter_last_scrape_connect_time_seconds metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_EXPORTER_LAST_SCRAPE_DURATION_SECONDS = Metric(
    "redis_exporter_last_scrape_duration_seconds",
    Kind.GAUGE,
    "exporter_last_scrape_duration_seconds metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_EXPORTER_LAST_SCRAPE_ERROR = Metric(
    "redis_exporter_last_scrape_error",
    Kind.GAUGE,
    "The last scrape error status.",
    unit=Unit.COUNT,
    labels=(Label("err", at_most=10),),
    foreign=True,
)
REDIS_EXPORTER_SCRAPE_DURATION_SECONDS = Metric(
    "redis_exporter_scrape_duration_seconds",
    Kind.SUMMARY,
    "Durations of scrapes by the exporter",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_EXPORTER_SCRAPES_TOTAL = Metric(
    "redis_exporter_scrapes_total",
    Kind.COUNTER,
    "Current total redis scrapes.",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_INSTANCE_INFO = Metric(
    "redis_instance_info",
    Kind.INFO,
    "Information about the Redis instance",
    unit=Unit.STATE,
    labels=(
        Label("maxmemory_policy", at_most=10),
        Label("os", at_most=10),
        Label("process_id", at_most=10),
        Label("redis_build_id", at_most=10),
        Label("redis_mode", at_most=10),
        Label("redis_version", at_most=10),
        Label("role", at_most=10),
        Label("run_id", at_most=10),
        Label("tcp_port", at_most=10),
    ),
    foreign=True,
)
REDIS_IO_THREADED_READS_PROCESSED = Metric(
    "redis_io_threaded_reads_processed",
    Kind.COUNTER,
    "io_threaded_reads_processed metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_IO_THREADED_WRITES_PROCESSED = Metric(
    "redis_io_threaded_writes_processed",
    Kind.COUNTER,
    "io_threaded_writes_processed metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_IO_THREADS_ACTIVE = Metric(
    "redis_io_threads_active", Kind.GAUGE, "io_threads_active metric", unit=Unit.COUNT, foreign=True
)
REDIS_KEYSPACE_HITS_TOTAL = Metric(
    "redis_keyspace_hits_total",
    Kind.COUNTER,
    "keyspace_hits_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_KEYSPACE_MISSES_TOTAL = Metric(
    "redis_keyspace_misses_total",
    Kind.COUNTER,
    "keyspace_misses_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_LAST_KEY_GROUPS_SCRAPE_DURATION_MILLISECONDS = Metric(
    "redis_last_key_groups_scrape_duration_milliseconds",
    Kind.GAUGE,
    "Duration of the last key group metrics scrape in milliseconds",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_LAST_SLOW_EXECUTION_DURATION_SECONDS = Metric(
    "redis_last_slow_execution_duration_seconds",
    Kind.GAUGE,
    "The amount of time needed for last slow execution, in seconds",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_LATENCY_PERCENTILES_USEC = Metric(
    "redis_latency_percentiles_usec",
    Kind.SUMMARY,
    "A summary of latency percentile distribution per command",
    unit=Unit.COUNT,
    labels=(Label("cmd", at_most=10),),
    quantiles=(50, 99, 99.9),
    foreign=True,
)
REDIS_LATEST_FORK_SECONDS = Metric(
    "redis_latest_fork_seconds",
    Kind.GAUGE,
    "latest_fork_seconds metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_LAZYFREE_PENDING_OBJECTS = Metric(
    "redis_lazyfree_pending_objects",
    Kind.GAUGE,
    "lazyfree_pending_objects metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_LOADING_DUMP_FILE = Metric(
    "redis_loading_dump_file", Kind.GAUGE, "loading_dump_file metric", unit=Unit.COUNT, foreign=True
)
REDIS_MASTER_REPL_OFFSET = Metric(
    "redis_master_repl_offset",
    Kind.GAUGE,
    "master_repl_offset metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_MEM_CLIENTS_NORMAL = Metric(
    "redis_mem_clients_normal",
    Kind.GAUGE,
    "mem_clients_normal metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_MEM_CLIENTS_SLAVES = Metric(
    "redis_mem_clients_slaves",
    Kind.GAUGE,
    "mem_clients_slaves metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_MEM_FRAGMENTATION_BYTES = Metric(
    "redis_mem_fragmentation_bytes",
    Kind.GAUGE,
    "mem_fragmentation_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEM_FRAGMENTATION_RATIO = Metric(
    "redis_mem_fragmentation_ratio",
    Kind.GAUGE,
    "mem_fragmentation_ratio metric",
    unit=Unit.RATIO,
    foreign=True,
)
REDIS_MEM_NOT_COUNTED_FOR_EVICTION_BYTES = Metric(
    "redis_mem_not_counted_for_eviction_bytes",
    Kind.GAUGE,
    "mem_not_counted_for_eviction_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEMORY_MAX_BYTES = Metric(
    "redis_memory_max_bytes", Kind.GAUGE, "memory_max_bytes metric", unit=Unit.BYTES, foreign=True
)
REDIS_MEMORY_USED_BYTES = Metric(
    "redis_memory_used_bytes", Kind.GAUGE, "memory_used_bytes metric", unit=Unit.BYTES, foreign=True
)
REDIS_MEMORY_USED_DATASET_BYTES = Metric(
    "redis_memory_used_dataset_bytes",
    Kind.GAUGE,
    "memory_used_dataset_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEMORY_USED_LUA_BYTES = Metric(
    "redis_memory_used_lua_bytes",
    Kind.GAUGE,
    "memory_used_lua_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEMORY_USED_OVERHEAD_BYTES = Metric(
    "redis_memory_used_overhead_bytes",
    Kind.GAUGE,
    "memory_used_overhead_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEMORY_USED_PEAK_BYTES = Metric(
    "redis_memory_used_peak_bytes",
    Kind.GAUGE,
    "memory_used_peak_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEMORY_USED_RSS_BYTES = Metric(
    "redis_memory_used_rss_bytes",
    Kind.GAUGE,
    "memory_used_rss_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEMORY_USED_SCRIPTS_BYTES = Metric(
    "redis_memory_used_scripts_bytes",
    Kind.GAUGE,
    "memory_used_scripts_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MEMORY_USED_STARTUP_BYTES = Metric(
    "redis_memory_used_startup_bytes",
    Kind.GAUGE,
    "memory_used_startup_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_MIGRATE_CACHED_SOCKETS_TOTAL = Metric(
    "redis_migrate_cached_sockets_total",
    Kind.GAUGE,
    "migrate_cached_sockets_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_MODULE_FORK_IN_PROGRESS = Metric(
    "redis_module_fork_in_progress",
    Kind.GAUGE,
    "module_fork_in_progress metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_MODULE_FORK_LAST_COW_SIZE = Metric(
    "redis_module_fork_last_cow_size",
    Kind.GAUGE,
    "module_fork_last_cow_size metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_NET_INPUT_BYTES_TOTAL = Metric(
    "redis_net_input_bytes_total",
    Kind.COUNTER,
    "net_input_bytes_total metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_NET_OUTPUT_BYTES_TOTAL = Metric(
    "redis_net_output_bytes_total",
    Kind.COUNTER,
    "net_output_bytes_total metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_NUMBER_OF_CACHED_SCRIPTS = Metric(
    "redis_number_of_cached_scripts",
    Kind.GAUGE,
    "number_of_cached_scripts metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_PROCESS_ID = Metric(
    "redis_process_id", Kind.GAUGE, "process_id metric", unit=Unit.COUNT, foreign=True
)
REDIS_PUBSUB_CHANNELS = Metric(
    "redis_pubsub_channels", Kind.GAUGE, "pubsub_channels metric", unit=Unit.COUNT, foreign=True
)
REDIS_PUBSUB_PATTERNS = Metric(
    "redis_pubsub_patterns", Kind.GAUGE, "pubsub_patterns metric", unit=Unit.COUNT, foreign=True
)
REDIS_RDB_BGSAVE_IN_PROGRESS = Metric(
    "redis_rdb_bgsave_in_progress",
    Kind.GAUGE,
    "rdb_bgsave_in_progress metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_RDB_CHANGES_SINCE_LAST_SAVE = Metric(
    "redis_rdb_changes_since_last_save",
    Kind.GAUGE,
    "rdb_changes_since_last_save metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_RDB_CURRENT_BGSAVE_DURATION_SEC = Metric(
    "redis_rdb_current_bgsave_duration_sec",
    Kind.GAUGE,
    "rdb_current_bgsave_duration_sec metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_RDB_LAST_BGSAVE_DURATION_SEC = Metric(
    "redis_rdb_last_bgsave_duration_sec",
    Kind.GAUGE,
    "rdb_last_bgsave_duration_sec metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_RDB_LAST_BGSAVE_STATUS = Metric(
    "redis_rdb_last_bgsave_status",
    Kind.GAUGE,
    "rdb_last_bgsave_status metric",
    unit=Unit.STATE,
    foreign=True,
)
REDIS_RDB_LAST_COW_SIZE_BYTES = Metric(
    "redis_rdb_last_cow_size_bytes",
    Kind.GAUGE,
    "rdb_last_cow_size_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_RDB_LAST_SAVE_TIMESTAMP_SECONDS = Metric(
    "redis_rdb_last_save_timestamp_seconds",
    Kind.GAUGE,
    "rdb_last_save_timestamp_seconds metric",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_REJECTED_CONNECTIONS_TOTAL = Metric(
    "redis_rejected_connections_total",
    Kind.COUNTER,
    "rejected_connections_total metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_REPL_BACKLOG_FIRST_BYTE_OFFSET = Metric(
    "redis_repl_backlog_first_byte_offset",
    Kind.GAUGE,
    "repl_backlog_first_byte_offset metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_REPL_BACKLOG_HISTORY_BYTES = Metric(
    "redis_repl_backlog_history_bytes",
    Kind.GAUGE,
    "repl_backlog_history_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_REPL_BACKLOG_IS_ACTIVE = Metric(
    "redis_repl_backlog_is_active",
    Kind.GAUGE,
    "repl_backlog_is_active metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_REPLICA_PARTIAL_RESYNC_ACCEPTED = Metric(
    "redis_replica_partial_resync_accepted",
    Kind.GAUGE,
    "replica_partial_resync_accepted metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_REPLICA_PARTIAL_RESYNC_DENIED = Metric(
    "redis_replica_partial_resync_denied",
    Kind.GAUGE,
    "replica_partial_resync_denied metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_REPLICA_RESYNCS_FULL = Metric(
    "redis_replica_resyncs_full",
    Kind.GAUGE,
    "replica_resyncs_full metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_REPLICATION_BACKLOG_BYTES = Metric(
    "redis_replication_backlog_bytes",
    Kind.GAUGE,
    "replication_backlog_bytes metric",
    unit=Unit.BYTES,
    foreign=True,
)
REDIS_SECOND_REPL_OFFSET = Metric(
    "redis_second_repl_offset",
    Kind.GAUGE,
    "second_repl_offset metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_SLAVE_EXPIRES_TRACKED_KEYS = Metric(
    "redis_slave_expires_tracked_keys",
    Kind.GAUGE,
    "slave_expires_tracked_keys metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_SLOWLOG_LAST_ID = Metric(
    "redis_slowlog_last_id", Kind.GAUGE, "Last id of slowlog", unit=Unit.COUNT, foreign=True
)
REDIS_SLOWLOG_LENGTH = Metric(
    "redis_slowlog_length", Kind.GAUGE, "Total slowlog", unit=Unit.COUNT, foreign=True
)
REDIS_START_TIME_SECONDS = Metric(
    "redis_start_time_seconds",
    Kind.GAUGE,
    "Start time of the Redis instance since unix epoch in seconds.",
    unit=Unit.SECONDS,
    foreign=True,
)
REDIS_TARGET_SCRAPE_REQUEST_ERRORS_TOTAL = Metric(
    "redis_target_scrape_request_errors_total",
    Kind.COUNTER,
    "Errors in requests to the exporter",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_TOTAL_ERROR_REPLIES = Metric(
    "redis_total_error_replies",
    Kind.COUNTER,
    "total_error_replies metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_TOTAL_READS_PROCESSED = Metric(
    "redis_total_reads_processed",
    Kind.COUNTER,
    "total_reads_processed metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_TOTAL_WRITES_PROCESSED = Metric(
    "redis_total_writes_processed",
    Kind.COUNTER,
    "total_writes_processed metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_TRACKING_CLIENTS = Metric(
    "redis_tracking_clients", Kind.GAUGE, "tracking_clients metric", unit=Unit.COUNT, foreign=True
)
REDIS_TRACKING_TOTAL_ITEMS = Metric(
    "redis_tracking_total_items",
    Kind.GAUGE,
    "tracking_total_items metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_TRACKING_TOTAL_KEYS = Metric(
    "redis_tracking_total_keys",
    Kind.GAUGE,
    "tracking_total_keys metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_TRACKING_TOTAL_PREFIXES = Metric(
    "redis_tracking_total_prefixes",
    Kind.GAUGE,
    "tracking_total_prefixes metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_UNEXPECTED_ERROR_REPLIES = Metric(
    "redis_unexpected_error_replies",
    Kind.COUNTER,
    "unexpected_error_replies metric",
    unit=Unit.COUNT,
    foreign=True,
)
REDIS_UP = Metric(
    "redis_up", Kind.GAUGE, "Information about the Redis instance", unit=Unit.STATE, foreign=True
)
REDIS_UPTIME_IN_SECONDS = Metric(
    "redis_uptime_in_seconds",
    Kind.GAUGE,
    "uptime_in_seconds metric",
    unit=Unit.SECONDS,
    foreign=True,
)
CATALOGUE = Catalogue(
    (
        *Catalogue.of(globals()).metrics,
        *go_client.RUNTIME.metrics,
    )
)
