"""Every server gets an address of its own, and what others hold is left to them."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from toolkit.config import Config
from toolkit.errors import ConfigurationError
from toolkit.stack import ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def test_a_free_port_is_kept_without_a_word() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    assert ports.choose({"service": url}) == {"service": ports.Choice(url)}


def test_a_taken_port_is_left_alone_and_the_new_one_named(taken: int) -> None:
    choice = ports.choose({"prometheus": f"http://127.0.0.1:{taken}"})["prometheus"]
    port = int(choice.url.rpartition(":")[2])
    assert port != taken
    assert choice.note == f"prometheus: port {taken} is taken, so it gets {port}."


def test_a_server_on_all_addresses_takes_the_port_of_each() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not ports.is_free("127.0.0.1", server.getsockname()[1])


def test_a_port_is_free_again_once_its_server_is_gone() -> None:
    assert ports.is_free("127.0.0.1", free_port())


def test_any_port_differs_for_every_server() -> None:
    chosen = ports.choose({str(n): "http://127.0.0.1:0" for n in range(20)})
    assert len({choice.url for choice in chosen.values()}) == 20
    assert {choice.note for choice in chosen.values()} == {""}


def test_a_second_stack_asks_for_free_ports_only(tmp_path: Path) -> None:
    config = ports.on_free_ports(Config(root=tmp_path, catalogue="shop:CATALOGUE"))
    stack = config.stack
    assert {stack.service, stack.prometheus, stack.alertmanager} == {"http://127.0.0.1:0"}
    assert stack.grafana == "http://127.0.0.1:3000"


REFUSED = {
    "another machine": ("http://192.0.2.1:9090", "192.0.2.1 is not this machine"),
    "an unknown host": ("http://prometheus.invalid:9090", "prometheus.invalid is not this machine"),
    "https": ("https://127.0.0.1:9090", "only http://HOST:PORT is"),
    "a path": ("http://127.0.0.1:9090/prometheus", "only http://HOST:PORT is"),
    "no such port": ("http://127.0.0.1:99999", "Port out of range"),
}


@pytest.mark.parametrize(("url", "why"), REFUSED.values(), ids=REFUSED)
def test_an_address_that_cannot_be_served_here_is_refused(url: str, why: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        ports.choose({"prometheus": url})
    assert caught.value.message.startswith(f"[tool.toolkit.stack] prometheus: {url!r}")
    assert why in caught.value.message
    assert caught.value.fix
