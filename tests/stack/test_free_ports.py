"""Every server gets an address of its own, and what others hold is left to them."""

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from toolkit.config.pyproject import Config
from toolkit.config.services import with_port
from toolkit.errors import ConfigurationError
from toolkit.stack import free_ports


@pytest.fixture
def taken() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_free_port_is_kept_without_a_word() -> None:
    url = f"http://127.0.0.1:{free_ports.free_port()}"
    assert free_ports.choose({"service": url}) == {"service": free_ports.Choice(url)}


def test_a_taken_port_is_left_alone_and_the_new_one_named(taken: int) -> None:
    choice = free_ports.choose({"prometheus": f"http://127.0.0.1:{taken}"})["prometheus"]
    port = int(choice.url.rpartition(":")[2])
    assert port != taken
    assert choice.note == f"prometheus: port {taken} is taken, so it gets {port}."


def test_a_server_on_all_addresses_takes_the_port_of_each() -> None:
    with socket.create_server(("0.0.0.0", 0)) as server:
        assert not free_ports.is_free("127.0.0.1", server.getsockname()[1])


def test_a_port_is_free_again_once_its_server_is_gone() -> None:
    assert free_ports.is_free("127.0.0.1", free_ports.free_port())


def test_any_port_differs_for_every_server() -> None:
    chosen = free_ports.choose({str(n): "http://127.0.0.1:0" for n in range(20)})
    assert len({choice.url for choice in chosen.values()}) == 20
    assert {choice.note for choice in chosen.values()} == {""}


def test_a_second_stack_asks_for_free_ports_only(tmp_path: Path) -> None:
    config = free_ports.on_free_ports(
        Config(root=tmp_path, catalogue="shop:CATALOGUE", serve="shop:main")
    )
    stack = config.stack
    assert {stack.service, stack.prometheus, stack.alertmanager} == {"http://127.0.0.1:0"}
    assert stack.grafana == "http://127.0.0.1:3000"


ELSEWHERE = (
    "start the stack on 127.0.0.1, or leave out `toolkit up`: the other commands work with "
    "servers anywhere."
)
LIKE = 'write it like prometheus = "http://127.0.0.1:9090".'
UNSERVED = "cannot be served here: only http://HOST:PORT is, without https or a path."
NOT_HERE = "{} is not this machine, so nothing can be started there."
REFUSED = {
    "another machine": ("http://192.0.2.1:9090", NOT_HERE.format("192.0.2.1"), ELSEWHERE),
    "an unknown host": (
        "http://prometheus.invalid:9090",
        NOT_HERE.format("prometheus.invalid"),
        ELSEWHERE,
    ),
    "https": ("https://127.0.0.1:9090", UNSERVED, LIKE),
    "a path": ("http://127.0.0.1:9090/prometheus", UNSERVED, LIKE),
    "a query": ("http://127.0.0.1:9090?x=1", UNSERVED, LIKE),
    "no host": ("http://:9090", UNSERVED, LIKE),
    "no such port": ("http://127.0.0.1:99999", "Port out of range 0-65535.", LIKE),
}


@pytest.mark.parametrize(("url", "why", "fix"), REFUSED.values(), ids=REFUSED)
def test_an_address_that_cannot_be_served_here_is_refused(url: str, why: str, fix: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        free_ports.choose({"prometheus": url})
    colon = "" if why == UNSERVED else ":"
    assert caught.value.message == f"[tool.toolkit.stack] prometheus: {url!r}{colon} {why}"
    assert caught.value.fix == fix


def test_an_address_without_a_port_means_that_of_http() -> None:
    tried: list[int] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(free_ports, "_bind", lambda _asked, _host, port: tried.append(port))
        with pytest.raises(ConfigurationError):
            free_ports.choose({"prometheus": "http://127.0.0.1/"})
    assert (tried[0], tried[-1]) == (80, 0)


def test_a_port_is_one_that_the_system_gives_to_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = tmp_path / "ip_local_port_range"
    monkeypatch.setattr(free_ports, "_LINUX_RANGE", given)
    given.write_text("20000\t60999\n")
    assert 10_000 <= free_ports.free_port() < 20_000
    tried: list[int] = []
    monkeypatch.setattr(free_ports, "_bind", lambda _asked, _host, port: tried.append(port))
    for text, below in (("10003\t60999\n", 10_003), ("", 49_152), ("1024\t65000\n", 10_000)):
        given.write_text(text)
        tried.clear()
        with pytest.raises(ConfigurationError):
            free_ports.free_port()
        # Where all of those are taken, whatever the system gives.
        assert tried[-1] == 0
        assert len(set(tried[:-1])) == min(100, below - 10_000)
        assert all(10_000 <= port < below for port in tried[:-1])


def test_a_host_whose_every_port_is_refused_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(free_ports, "_bind", lambda *_: None)
    with pytest.raises(ConfigurationError) as caught:
        free_ports.choose({"service": "http://127.0.0.1:8000"})
    assert str(caught.value) == "[tool.toolkit.stack] service: 127.0.0.1 has no free port."


def test_an_ipv6_host_stands_in_brackets() -> None:
    assert with_port(urlsplit("http://[::1]:1/"), 9090) == "http://[::1]:9090"
    assert with_port(urlsplit("http://127.0.0.1:1/shop/"), 90) == "http://127.0.0.1:90/shop"
