"""What is run for each server, and what is said when it cannot be."""

import stat
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.config import Addresses, Config, StackConfig
from toolkit.errors import ConfigurationError, StackError
from toolkit.stack import components
from toolkit.stack.components import Component

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
    assert service == Component(
        name="service",
        command=("serve",),
        url="http://127.0.0.1:8001",
        ready="/ready",
        environment={"A": "b", "PYTHONUNBUFFERED": "1"},
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
    assert components.service(ADDRESSES, {}).command == (
        sys.executable, "-m", "toolkit", "serve",
    )  # fmt: skip


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
    assert caught.value.fix == (
        "install it (Debian: apt-get install --no-install-recommends prometheus-alertmanager; "
        "elsewhere: the archive at https://prometheus.io/download/#alertmanager), or run the same "
        "stack in containers: docker compose up."
    )
    with pytest.raises(StackError) as caught:
        components.PROMETHEUS.find()
    assert str(caught.value) == (
        "prometheus: not found on PATH (/nowhere).\n"
        "  fix: install it (Debian: apt-get install --no-install-recommends prometheus; "
        "macOS: brew install prometheus), or run the same stack in containers: docker compose up."
    )
