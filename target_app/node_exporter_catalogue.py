"""What the dashboards read of node-exporter, which exports much more about the machine."""

from toolkit.catalogue import Catalogue, Kind, Label, Metric, Unit
from toolkit.catalogues.node_exporter import (
    NODE_MEMORY_MEM_AVAILABLE_BYTES,
    NODE_MEMORY_MEM_TOTAL_BYTES,
)

# Not the catalogue's own: that was made on a machine of two cores.
CPU = Metric(
    "node_cpu_seconds_total",
    Kind.COUNTER,
    "Seconds the CPUs spent in each mode.",
    unit=Unit.SECONDS,
    labels=(Label("cpu", at_most=1024), Label("mode", at_most=20)),
    foreign=True,
)
MEMORY_AVAILABLE = NODE_MEMORY_MEM_AVAILABLE_BYTES
MEMORY_TOTAL = NODE_MEMORY_MEM_TOTAL_BYTES
CATALOGUE = Catalogue((CPU, MEMORY_AVAILABLE, MEMORY_TOTAL))
