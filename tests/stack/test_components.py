"""What is run for each server, and what is said when it cannot be."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.config import Addresses, Config, StackConfig
from toolkit.errors import ConfigurationError, StackError
from toolkit.stack import components

ADDRESSES = Addresses(
    service="http://127.0.0.1:8001",
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


def install(folder: Path, *names: str) -> None:
    for name in names:
        program = folder / name
        program.write_text("", encoding="utf-8")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)


def test_placeholders_are_filled() -> None:
    given = config(A="{host}:{port}", B="{state}/journal.db", C="{secret}", D='{"plain": 1}')
    filled = components.environment_of(given, ADDRESSES, state=Path("/s"), secret="01ab")
    assert filled == {
        "A": "127.0.0.1:8001",
        "B": "/s/journal.db",
        "C": "01ab",
        "D": '{"plain": 1}',
    }


def test_an_unknown_placeholder_is_refused_by_its_key() -> None:
    with pytest.raises(ConfigurationError) as caught:
        components.environment_of(
            config(SHOP_PORT="{prot}"), ADDRESSES, state=Path("/s"), secret=""
        )
    assert caught.value.message == (
        "/shop/pyproject.toml: [tool.toolkit.stack.environment] SHOP_PORT: '{prot}' has the "
        "unknown placeholder {prot}; did you mean 'port'? (known: host, port, secret, state)"
    )


def test_every_server_keeps_to_its_address_and_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "prometheus", "alertmanager")
    monkeypatch.setenv("PATH", str(tmp_path))
    service, prometheus, alertmanager = components.plan(
        config(), ADDRESSES, state=Path("/s"), environment={"A": "b"}, serve=("serve",)
    )
    assert (service.command, service.environment["A"]) == (("serve",), "b")
    assert "--web.listen-address=127.0.0.1:9091" in prometheus.command
    assert "--storage.tsdb.path=/s/prometheus" in prometheus.command
    assert "--web.listen-address=127.0.0.1:9094" in alertmanager.command
    assert "--cluster.listen-address=" in alertmanager.command
    assert [c.ready for c in (service, prometheus, alertmanager)] == ["/ready"] + ["/-/ready"] * 2


def test_a_project_without_a_service_gets_the_servers_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "prometheus", "alertmanager")
    monkeypatch.setenv("PATH", str(tmp_path))
    planned = components.plan(
        replace(config(), serve=""), ADDRESSES, state=Path("/s"), environment={}
    )
    assert [component.name for component in planned] == ["prometheus", "alertmanager"]


def test_debians_name_of_alertmanager_comes_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "alertmanager", "prometheus-alertmanager")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert components.ALERTMANAGER.find() == str(tmp_path / "prometheus-alertmanager")


def test_a_missing_program_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(StackError) as caught:
        components.ALERTMANAGER.find()
    assert caught.value.message == (
        "prometheus-alertmanager or alertmanager: not found on PATH (/nowhere)."
    )
    assert "apt-get install --no-install-recommends prometheus-alertmanager" in caught.value.fix
    assert "https://prometheus.io/download/" in caught.value.fix
    assert "docker compose up" in caught.value.fix
