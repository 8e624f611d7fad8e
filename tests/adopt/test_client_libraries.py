"""What a client library exports of its process is told from what a service exports itself."""

from prometheus_client import REGISTRY, generate_latest

from toolkit.adopt.client_libraries import split
from toolkit.adopt.discover import discover

GO = """\
# TYPE go_goroutines gauge
go_goroutines 4
# TYPE process_open_fds gauge
process_open_fds 4
# TYPE process_max_fds gauge
process_max_fds 4
"""
OWN = """\
# TYPE process_orders_total counter
process_orders_total 1
# TYPE go_moves_total counter
go_moves_total 1
# TYPE process_cpu_seconds_total gauge
process_cpu_seconds_total{cpu="1"} 1
"""


def test_pythons_own_are_all_known() -> None:
    found = split(discover(generate_latest(REGISTRY).decode()))
    assert found.library is not None
    assert found.library.module == "toolkit.catalogues.python_client"
    assert not [x for x in found.own if x.metric.name.startswith(("python_", "process_"))]
    assert "PROCESS_CPU_SECONDS_TOTAL" in found.declared


def test_a_go_program_is_gos_although_python_knows_two_of_them() -> None:
    found = split(discover(GO + OWN))
    assert found.library is not None
    assert found.library.module == "toolkit.catalogues.go_client"
    assert found.declared == ("GO_GOROUTINES", "PROCESS_MAX_FDS", "PROCESS_OPEN_FDS")
    assert found.without() == (
        "Without 3 metrics of the process by Go's client library: toolkit.catalogues.go_client."
    )


def test_names_alone_do_not_make_a_librarys_metric() -> None:
    found = split(discover(OWN))
    assert [each.metric.name for each in found.own] == [
        "go_moves_total",
        "process_cpu_seconds_total",
        "process_orders_total",
    ]
    assert (found.library, found.declared, found.without()) == (None, (), "")
