"""Which address each instance and server gets, and what is said where it is another."""

from dataclasses import replace
from pathlib import Path

import pytest

from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig
from toolkit.errors import ConfigurationError
from toolkit.stack import free_ports
from toolkit.stack.choose_addresses import addresses_for
from toolkit.stack.choose_services import ChosenServices
from toolkit.stack.free_ports import Choice

PORT = {"PORT": "{port}"}
SHOP = ServiceConfig(name="shop", command=("x",), url="http://127.0.0.1:8000", environment=PORT)
TILL = replace(SHOP, name="till", url="http://127.0.0.1:8100", instances=2)
BANK = replace(SHOP, name="bank", url="http://127.0.0.1:8200")


def config(*services: ServiceConfig, shared: tuple[str, ...] = ()) -> Config:
    stack = replace(Config(root=Path("/nowhere")).stack, shared=shared)
    return Config(root=Path("/nowhere"), services={x.name: x for x in services}, stack=stack)


def started(*names: str) -> ChosenServices:
    return ChosenServices(started=frozenset(names), left_out={}, not_started={})


class Ports:
    """The choice of ports; `taken` are the addresses whose port another process holds."""

    def __init__(self, *taken: str) -> None:
        self.taken = taken
        self.wanted: dict[str, str] = {}
        self.keys: dict[str, str] = {}

    def choose(self, wanted: dict[str, str], keys: dict[str, str]) -> dict[str, Choice]:
        self.wanted, self.keys = wanted, keys
        return {
            name: Choice(f"{url[:-4]}9999", f"{name}: moved") if url in self.taken else Choice(url)
            for name, url in wanted.items()
        }


@pytest.fixture
def said() -> list[str]:
    return []


def use(monkeypatch: pytest.MonkeyPatch, *taken: str) -> Ports:
    ports = Ports(*taken)
    monkeypatch.setattr(free_ports, "choose", ports.choose)
    return ports


def test_every_instance_and_server_has_an_address_of_its_own(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    ports = use(monkeypatch)
    chosen = started("shop", "till")
    found = addresses_for(config(SHOP, TILL), chosen, said.append)
    assert found.services == {
        "shop": ("http://127.0.0.1:8000",),
        "till": ("http://127.0.0.1:8100", "http://127.0.0.1:8101"),
    }
    assert (found.prometheus, found.alertmanager) == (
        "http://127.0.0.1:9090",
        "http://127.0.0.1:9093",
    )
    assert ports.keys == {
        "shop": "[tool.toolkit.services.shop] url",
        "till-1": "[tool.toolkit.services.till] url",
        "till-2": "[tool.toolkit.services.till] url",
    }
    assert ports.wanted.keys() == {*ports.keys, "prometheus", "alertmanager"}
    assert said == []


def test_what_is_not_started_keeps_its_address_and_what_is_left_out_has_none(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    ports = use(monkeypatch)
    why_not, left_out = {"till": "runs elsewhere"}, {"bank": "bankd is not installed"}
    chosen = ChosenServices(started=frozenset({"shop"}), left_out=left_out, not_started=why_not)
    found = addresses_for(config(SHOP, TILL, BANK), chosen, said.append)
    assert found.services.keys() == {"shop", "till"}
    assert found.services["till"] == TILL.urls
    assert ports.keys.keys() == {"shop"}
    assert said == [
        "till: runs elsewhere, so http://127.0.0.1:8100 is not started",
        "bank: bankd is not installed, so it is left out",
    ]


def test_a_shared_server_is_where_it_is(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    ports = use(monkeypatch)
    shared = config(SHOP, shared=("prometheus",))
    found = addresses_for(shared, started("shop"), said.append)
    assert found.prometheus == "http://127.0.0.1:9090"
    assert ports.wanted.keys() == {"shop", "alertmanager"}
    assert said == ["prometheus: is shared, so http://127.0.0.1:9090 is not started"]


def test_what_moves_says_so(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    use(monkeypatch, "http://127.0.0.1:8101", "http://127.0.0.1:9093")
    chosen = started("till")
    found = addresses_for(config(TILL), chosen, said.append)
    assert found.services == {"till": ("http://127.0.0.1:8100", "http://127.0.0.1:9999")}
    assert found.alertmanager == "http://127.0.0.1:9999"
    assert said == ["till-2: moved", "alertmanager: moved"]


def test_what_is_not_told_its_port_cannot_move(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    deaf = replace(SHOP, environment={})
    chosen = started("shop")
    use(monkeypatch)
    assert addresses_for(config(deaf), chosen, said.append).services == {"shop": SHOP.urls}
    use(monkeypatch, SHOP.url)
    with pytest.raises(ConfigurationError) as raised:
        addresses_for(config(deaf), chosen, said.append)
    assert raised.value.message == (
        "[tool.toolkit.services.shop] url: shop would have to listen on http://127.0.0.1:9999, "
        "and nothing tells it so."
    )
    assert raised.value.fix == "put {port} into its environment, or its command."


def test_a_project_of_one_service_is_told_its_own_keys(
    monkeypatch: pytest.MonkeyPatch, said: list[str]
) -> None:
    alone = Config(root=Path("/nowhere"), job="app", serve="app:serve")
    ports = use(monkeypatch, alone.stack.service)
    with pytest.raises(ConfigurationError) as raised:
        addresses_for(alone, started("app"), said.append)
    assert ports.keys == {"app": "[tool.toolkit.stack] service"}
    assert raised.value.message.startswith("[tool.toolkit.stack] service: app would have to ")
    assert raised.value.fix == (
        "put {port} into its environment: [tool.toolkit.stack.environment]."
    )
