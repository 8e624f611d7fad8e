"""Metrics of prometheus-client 0.26.0, by `toolkit discover --no-values` from a real scrape."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit

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
PYTHON_GC_COLLECTIONS_TOTAL = Metric(
    "python_gc_collections_total",
    Kind.COUNTER,
    "Number of times this generation was collected",
    unit=Unit.COUNT,
    labels=(Label("generation", at_most=10),),
    foreign=True,
)
PYTHON_GC_OBJECTS_COLLECTED_TOTAL = Metric(
    "python_gc_objects_collected_total",
    Kind.COUNTER,
    "Objects collected during gc",
    unit=Unit.COUNT,
    labels=(Label("generation", at_most=10),),
    foreign=True,
)
PYTHON_GC_OBJECTS_UNCOLLECTABLE_TOTAL = Metric(
    "python_gc_objects_uncollectable_total",
    Kind.COUNTER,
    "Uncollectable objects found during GC",
    unit=Unit.COUNT,
    labels=(Label("generation", at_most=10),),
    foreign=True,
)
PYTHON_INFO = Metric(
    "python_info",
    Kind.INFO,
    "Python platform information",
    unit=Unit.STATE,
    labels=(
        Label("implementation", at_most=10),
        Label("major", at_most=10),
        Label("minor", at_most=10),
        Label("patchlevel", at_most=10),
        Label("version", at_most=10),
    ),
    foreign=True,
)
CATALOGUE = Catalogue.of(globals())
