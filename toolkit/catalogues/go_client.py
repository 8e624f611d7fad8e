"""Metrics of Go's client library (Go 1.19), by `toolkit discover --no-values --all`.

Those of RUNTIME are about the process itself; the others are of promhttp, the handler that
answers for the metrics.
"""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

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
PROMHTTP_METRIC_HANDLER_ERRORS_TOTAL = Metric(
    "promhttp_metric_handler_errors_total",
    Kind.COUNTER,
    "Total number of internal errors encountered by the promhttp metric handler.",
    unit=Unit.COUNT,
    labels=(Label("cause", at_most=10),),
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
RUNTIME = Catalogue(
    tuple(metric for metric in CATALOGUE.metrics if not metric.name.startswith("promhttp_"))
)
