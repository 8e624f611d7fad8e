"""Several services of any program in one real stack: instances, needs, what may be absent."""

import sys
from pathlib import Path

import pytest

from tests.stack.conftest import Up
from tests.support import small_stack
from tests.support.repository import ROOT
from tests.support.wait_until import eventually
from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.errors import ConfigurationError
from toolkit.formats.yaml_text import yaml_text
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.write_config import prometheus_config
from toolkit.stack import start_and_stop
from toolkit.stack.choose_services import Selection
from toolkit.stack.free_ports import on_free_ports
from toolkit.stack.server_commands import StackFiles
from toolkit.validate.measured_services import measured

PROGRAM = (sys.executable, str(ROOT / "tests" / "support" / "small_program.py"))
LISTENER = (
    "import socket, sys; s = socket.create_server(('127.0.0.1', int(sys.argv[1])))\n"
    "while True: s.accept()[0].close()"
)
STORE = ServiceConfig(
    name="store",
    url="tcp://127.0.0.1:0",
    command=(sys.executable, "-c", LISTENER, "{port}"),
)
SHOP = ServiceConfig(
    name="shop",
    url="http://127.0.0.1:0/v1",
    command=(*PROGRAM, "{port}", "/v1", "{instance} by {store.port}"),
    instances=2,
    needs=("store",),
)


def config(root: Path, *services: ServiceConfig) -> Config:
    return on_free_ports(
        Config(root=root, scrape_interval="1s", services={x.name: x for x in services})
    )


def files(given: Config) -> StackFiles:
    return StackFiles(
        prometheus=lambda found: yaml_text(prometheus_config(given, found), "x", "y"),
        alertmanager=small_stack.FILES.alertmanager,
    )


def test_any_programs_in_several_instances_each_after_what_it_needs(up: Up, tmp_path: Path) -> None:
    given = config(tmp_path, SHOP, STORE)
    told: list[str] = []
    stack = up(given, files=files(given), progress=told.append)

    names = [component.name for component in stack.components]
    assert names == ["store", "shop-1", "shop-2", "prometheus", "alertmanager"]
    ready = next(n for n, text in enumerate(told) if text.startswith("store: ready after"))
    starting = next(n for n, text in enumerate(told) if text.startswith("shop-1: starting on"))
    assert ready < starting
    assert {s.health for s in start_and_stop.status(stack.state)} == {start_and_stop.Health.READY}

    port = stack.addresses.services["store"][0].rpartition(":")[2]
    scraped = [
        each.scrape()["program_info"].values("says")
        for each in measured(given, stack.addresses.services)
    ]
    assert scraped == [{f"1 by {port}"}, {f"2 by {port}"}]

    prometheus = Prometheus(stack.addresses.prometheus)
    eventually(
        lambda: len(prometheus.query('up{job="shop"} == 1')) == 2, "both instances are scraped"
    )
    assert set(start_and_stop.down(stack.state)) == set(names)


def test_what_is_not_installed_is_left_out(up: Up, tmp_path: Path) -> None:
    absent = ServiceConfig(
        name="exporter", command=("no-such-program", "{port}"), run=ServiceRun.IF_INSTALLED
    )
    given = config(tmp_path, absent)
    told: list[str] = []
    stack = up(given, files=files(given), progress=told.append)
    assert "exporter: no-such-program is not installed, so it is left out" in told
    assert "exporter" not in stack.addresses.services
    assert [x.name for x in stack.components] == ["prometheus", "alertmanager"]


def test_what_is_asked_for_is_started_alone_after_what_it_needs(up: Up, tmp_path: Path) -> None:
    night = ServiceConfig(
        name="night",
        command=(*PROGRAM, "{port}", "", "{store.port}"),
        needs=("store",),
        run=ServiceRun.ON_DEMAND,
    )
    given = config(tmp_path, SHOP, night, STORE)
    told: list[str] = []
    stack = up(given, files=files(given), progress=told.append, selection=Selection(only=["night"]))
    names = [component.name for component in stack.components]
    assert names == ["store", "night", "prometheus", "alertmanager"]
    assert f"shop: it was not asked for, so {SHOP.url} is not started" in told
    # Who starts it later finds it scraped there.
    assert stack.addresses.services["shop"] == SHOP.urls


def test_a_service_that_cannot_know_its_port_is_not_moved(up: Up, tmp_path: Path) -> None:
    deaf = ServiceConfig(name="shop", url="http://127.0.0.1:0", command=(*PROGRAM, "80", "", ""))
    with pytest.raises(ConfigurationError) as caught:
        up(config(tmp_path, deaf))
    assert caught.value.message.startswith(
        "[tool.toolkit.services.shop] url: shop would have to listen on http://127.0.0.1:"
    )
    assert caught.value.fix == "put {port} into its environment, or its command."


def test_what_runs_already_keeps_its_address_and_is_not_started(up: Up, tmp_path: Path) -> None:
    there = ServiceConfig(name="bank", url="https://bank.example:8443/api")
    given = config(tmp_path, there)
    stack = up(given, files=files(given))
    assert stack.addresses.services == {"bank": ("https://bank.example:8443/api",)}
    assert [x.name for x in stack.components] == ["prometheus", "alertmanager"]
