"""What is run for each server, and what is said when it cannot be."""

import shutil
import stat
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from toolkit.config.pyproject import Addresses, Config, StackConfig
from toolkit.config.services import ServiceConfig
from toolkit.errors import ConfigurationError, StackError
from toolkit.stack import server_commands
from toolkit.stack.choose_addresses import addresses_for
from toolkit.stack.choose_services import choose
from toolkit.stack.server_commands import Binary, Component

ADDRESSES = Addresses(
    services={"service": ("http://127.0.0.1:8001",)},
    prometheus="http://127.0.0.1:9091",
    alertmanager="http://127.0.0.1:9094",
)


def config(**environment: str) -> Config:
    return Config(
        root=Path("/shop"),
        catalogue="shop:CATALOGUE",
        serve="shop.main:main",
        stack=StackConfig(environment=environment),
    )


def planned(given: Config, **options: Any) -> tuple[Component, ...]:
    """What is started for `given`, Prometheus and Alertmanager left out."""
    addresses = replace(Addresses.of(given), **options.pop("addresses", {}))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Binary, "find", lambda _: "/a/server")
        options = {"state": Path("/s"), "secret": "01ab", "serve": ("serve",), **options}
        return server_commands.plan(given, addresses, **options)[:-2]


def several(*services: ServiceConfig) -> Config:
    return Config(root=Path("/shop"), services={service.name: service for service in services})


def install(folder: Path, *names: str) -> None:
    for name in names:
        program = folder / name
        program.write_text("", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_placeholders_are_filled() -> None:
    given = config(A="{host}:{port}", B="{state}/journal.db", C="{secret}", D='{"plain": 1}')
    filled = server_commands.environment_of(
        given, ADDRESSES, given.primary, state=Path("/s"), secret="01ab"
    )
    assert filled == {
        "A": "127.0.0.1:8001",
        "B": "/s/journal.db",
        "C": "01ab",
        "D": '{"plain": 1}',
    }


def test_an_unknown_placeholder_is_refused_by_its_key() -> None:
    given = config(SHOP_PORT="{prot}")
    with pytest.raises(ConfigurationError) as caught:
        server_commands.environment_of(given, ADDRESSES, given.primary, state=Path("/s"), secret="")
    assert caught.value.message == (
        "/shop/pyproject.toml: [tool.toolkit.stack.environment] SHOP_PORT: '{prot}' has the "
        "unknown placeholder {prot}; did you mean 'port'? (known: host, instance, port, secret, "
        "service.host, service.port, service.url, state)"
    )


def test_every_server_keeps_to_its_address_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "prometheus", "alertmanager")
    monkeypatch.setenv("PATH", str(tmp_path))
    service, prometheus, alertmanager = server_commands.plan(
        config(A="b"), ADDRESSES, state=Path("/s"), secret="", serve=("serve",)
    )
    assert service == Component(
        name="service",
        command=("serve",),
        url="http://127.0.0.1:8001",
        ready="/ready",
        otherwise="/metrics",
        environment={"A": "b", "PYTHONUNBUFFERED": "1"},
        service="service",
    )
    assert prometheus == Component(
        name="prometheus",
        command=(
            str(tmp_path / "prometheus"),
            "--config.file=/s/prometheus.yml",
            "--storage.tsdb.path=/s/prometheus",
            "--storage.tsdb.retention.time=35d",
            "--web.listen-address=127.0.0.1:9091",
            "--web.external-url=http://127.0.0.1:9091",
            "--web.enable-lifecycle",
            "--enable-feature=exemplar-storage",
        ),
        url="http://127.0.0.1:9091",
        ready="/-/ready",
    )
    assert alertmanager == Component(
        name="alertmanager",
        command=(
            str(tmp_path / "alertmanager"),
            "--config.file=/s/alertmanager.yml",
            "--storage.path=/s/alertmanager",
            "--web.listen-address=127.0.0.1:9094",
            "--web.external-url=http://127.0.0.1:9094",
            "--cluster.listen-address=",
        ),
        url="http://127.0.0.1:9094",
        ready="/-/ready",
    )


def test_a_service_is_served_by_this_python_with_its_own_settings() -> None:
    (service,) = [x for x in planned(config(), serve=server_commands.SERVE) if x.name == "service"]
    assert service.command == (sys.executable, "-m", "toolkit", "serve")


def test_a_service_may_be_any_program_that_is_told_where_to_listen() -> None:
    (redis,) = planned(
        several(
            ServiceConfig(
                name="redis",
                url="tcp://127.0.0.1:6379",
                command=("redis-server", "--port", "{port}", "--dir", "{state}"),
                environment={"SECRET": "{secret}"},
            )
        )
    )
    assert redis.command == ("redis-server", "--port", "6379", "--dir", "/s")
    assert redis.environment == {"SECRET": "01ab", "PYTHONUNBUFFERED": "1"}
    assert redis.url == "tcp://127.0.0.1:6379"


def test_what_is_ready_is_asked_where_the_service_says_or_else_of_its_metrics() -> None:
    said, unsaid = planned(
        several(
            ServiceConfig(name="a", python="a:main", ready="/healthz"),
            ServiceConfig(name="b", python="b:main", metrics="/actuator/prometheus"),
        )
    )
    assert (said.ready, said.otherwise) == ("/healthz", "")
    assert (unsaid.ready, unsaid.otherwise) == ("/ready", "/actuator/prometheus")
    assert (said.command, unsaid.command) == (("serve", "a"), ("serve", "b"))


def test_every_instance_has_a_port_and_a_number_of_its_own() -> None:
    shop = ServiceConfig(
        name="shop",
        command=("shop", "{port}"),
        url="http://127.0.0.1:8080/v1",
        instances=2,
        environment={"NUMBER": "{instance}"},
    )
    first, second = planned(several(shop))
    assert (first.name, first.url) == ("shop-1", "http://127.0.0.1:8080/v1")
    assert (second.name, second.url) == ("shop-2", "http://127.0.0.1:8081/v1")
    assert (first.command, second.command) == (("shop", "8080"), ("shop", "8081"))
    assert second.environment["NUMBER"] == "2"


def test_a_service_comes_after_those_that_it_needs_and_knows_where_they_are() -> None:
    shop = ServiceConfig(
        name="shop",
        python="shop:main",
        needs=("till", "bank"),
        environment={"TILL": "{till.url}", "BANK": "{bank.host}:{bank.port}"},
    )
    till = ServiceConfig(
        name="till", url="http://127.0.0.1:7000", command=("till", "{port}"), instances=2
    )
    bank = ServiceConfig(name="bank", url="https://bank.example:8443")  # runs already
    server_commands = planned(several(shop, till, bank))
    assert [component.name for component in server_commands] == ["till-1", "till-2", "shop"]
    assert server_commands[-1].needs == ("till-1", "till-2")
    assert server_commands[-1].environment["TILL"] == "http://127.0.0.1:7000"
    assert server_commands[-1].environment["BANK"] == "bank.example:8443"


def test_an_unknown_placeholder_of_a_command_is_refused_by_its_key() -> None:
    shop = ServiceConfig(name="shop", command=("shop", "{prot}"))
    with pytest.raises(ConfigurationError) as caught:
        planned(several(shop))
    assert caught.value.message.startswith(
        "/shop/pyproject.toml: [tool.toolkit.services.shop] command: '{prot}' has the unknown "
        "placeholder {prot}; did "
        "you mean 'port'?"
    )


def test_a_service_without_an_address_is_left_out() -> None:
    config = several(ServiceConfig(name="shop", command=("shop",)))
    assert planned(config, addresses={"services": {}}) == ()


def test_a_project_without_a_service_gets_the_servers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "prometheus", "alertmanager")
    monkeypatch.setenv("PATH", str(tmp_path))
    planned = server_commands.plan(
        replace(config(), serve=""), ADDRESSES, state=Path("/s"), secret=""
    )
    assert [component.name for component in planned] == ["prometheus", "alertmanager"]


def test_debians_name_of_alertmanager_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "alertmanager", "prometheus-alertmanager")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert server_commands.ALERTMANAGER.find() == str(tmp_path / "prometheus-alertmanager")


def test_a_missing_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(StackError) as caught:
        server_commands.ALERTMANAGER.find()
    assert caught.value.message == (
        "prometheus-alertmanager or alertmanager: not found on PATH (/nowhere)."
    )
    assert caught.value.fix == (
        "install it (Debian: apt-get install --no-install-recommends prometheus-alertmanager; "
        "elsewhere: the archive at https://prometheus.io/download/#alertmanager), or run the same "
        "stack in containers: docker compose up."
    )
    with pytest.raises(StackError) as caught:
        server_commands.PROMETHEUS.find()
    assert str(caught.value) == (
        "prometheus: not found on PATH (/nowhere).\n"
        "  fix: install it (Debian: apt-get install --no-install-recommends prometheus; "
        "macOS: brew install prometheus), or run the same stack in containers: docker compose up."
    )


def test_a_server_that_is_shared_is_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Binary, "find", lambda _: "/a/server")
    monkeypatch.setattr(shutil, "which", lambda _: "/a/shop")
    shop = ServiceConfig(name="shop", command=("shop",), url="http://127.0.0.1:0", metrics="")
    theirs = StackConfig(prometheus="https://prometheus.example.com", shared=("prometheus",))
    given = replace(several(replace(shop, command=("shop", "{port}"))), stack=theirs)
    said: list[str] = []
    addresses = addresses_for(given, choose(given), said.append)
    assert addresses.prometheus == "https://prometheus.example.com"
    assert "prometheus: is shared, so https://prometheus.example.com is not started" in said
    made = server_commands.plan(given, addresses, state=Path("/s"), secret="01ab")
    assert [component.name for component in made] == ["shop", "alertmanager"]
