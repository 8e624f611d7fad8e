"""Which services a stack starts: everything, or what was asked for, each with what it needs."""

import sys
from pathlib import Path
from typing import Any

import pytest

from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.errors import StackError, UsageError
from toolkit.stack.choose_services import EVERYTHING, Selection, choose

HERE, AWAY = (sys.executable,), ("no-such-program",)
OPTIONAL, ON_DEMAND = ServiceRun.IF_INSTALLED, ServiceRun.ON_DEMAND


def service(name: str, command: tuple[str, ...] = HERE, **more: Any) -> ServiceConfig:
    return ServiceConfig(name=name, command=command, **more)


def config(*services: ServiceConfig) -> Config:
    return Config(root=Path("/nowhere"), services={x.name: x for x in services})


def python(name: str, **more: Any) -> ServiceConfig:
    return ServiceConfig(name=name, python="a:main", **more)


SHOP = service("shop", needs=("store",))
STORE = service("store")
NIGHT = service("night", run=ON_DEMAND, profile="batch", needs=("store",))
BILLS = service("bills", run=ON_DEMAND, profile="batch")
FRONT = python("front", run=OPTIONAL, needs=("bus",), profile="trade")
BACK = python("back", run=OPTIONAL, needs=("bus",), profile="trade")
BANK = ServiceConfig(name="bank", url="https://bank.example")


def bus(command: tuple[str, ...]) -> ServiceConfig:
    return service("bus", command, run=OPTIONAL, profile="trade")


ALL = config(SHOP, STORE, NIGHT, BILLS, FRONT, BACK, bus(HERE), BANK)


@pytest.mark.parametrize(
    ("selection", "started"),
    [
        (EVERYTHING, {"shop", "store", "front", "back", "bus"}),
        (Selection(too=["night"]), {"shop", "store", "front", "back", "bus", "night"}),
        (Selection(too=["batch"]), {"shop", "store", "front", "back", "bus", "night", "bills"}),
        (Selection(only=["shop"]), {"shop", "store"}),
        (Selection(only=["front"]), {"front", "bus"}),
        (Selection(only=["trade"]), {"front", "back", "bus"}),
        (Selection(only=["night"]), {"night", "store"}),
        (Selection(only=["back", "store"], too=["bills"]), {"back", "bus", "store", "bills"}),
        (Selection(without=["shop", "store"]), {"front", "back", "bus"}),
        (Selection(without=["bus", "front"]), {"shop", "store", "back", "bus"}),
    ],
)
def test_what_is_started(selection: Selection, started: set[str]) -> None:
    assert choose(ALL, selection).started == started


def test_what_is_not_started_says_why() -> None:
    assert choose(ALL).not_started == {
        "night": "it runs on demand (`toolkit up --with NAME`)",
        "bills": "it runs on demand (`toolkit up --with NAME`)",
        "bank": "it has no python and no command",
    }
    assert choose(ALL, Selection(only=["shop"])).not_started["front"] == "it was not asked for"


def test_what_is_not_installed_is_left_out_with_all_that_needs_it() -> None:
    found = choose(config(SHOP, STORE, FRONT, BACK, bus(AWAY)))
    assert found.started == {"shop", "store"}
    assert found.left_out == {
        "bus": "no-such-program is not installed",
        "front": "it needs bus, and no-such-program is not installed",
        "back": "it needs bus, and no-such-program is not installed",
    }
    assert found.not_started == {}


def test_a_need_of_a_need_that_is_not_installed_counts() -> None:
    last = python("last", run=OPTIONAL, needs=("front",))
    assert choose(config(last, FRONT, bus(AWAY))).left_out["last"] == (
        "it needs bus, and no-such-program is not installed"
    )


@pytest.mark.parametrize(
    ("services", "selection", "message"),
    [
        ((FRONT, bus(AWAY)), Selection(only=["front"]),
         "bus: no-such-program is not installed, and front needs it."),
        ((BACK, FRONT, bus(AWAY)), Selection(only=["trade"]),
         "bus: no-such-program is not installed, and back needs it."),
        ((python("shop", needs=("bus",)), bus(AWAY)), EVERYTHING,
         "bus: no-such-program is not installed, and shop needs it."),
        ((service("shop", AWAY),), EVERYTHING, "shop: there is no no-such-program on PATH."),
        ((service("shop", ("./run",)),), EVERYTHING, "shop: there is no /nowhere/run."),
        ((service("bus", AWAY, run=OPTIONAL),), Selection(only=["bus"]),
         "bus: there is no no-such-program on PATH."),
    ],
)  # fmt: skip
def test_a_program_that_must_be_there_is_missed(
    services: tuple[ServiceConfig, ...], selection: Selection, message: str
) -> None:
    with pytest.raises(StackError) as caught:
        choose(config(*services), selection)
    assert caught.value.message == message


def test_what_is_not_needed_may_be_missing() -> None:
    found = choose(config(SHOP, STORE, service("other", AWAY)), Selection(only=["shop"]))
    assert found.started == {"shop", "store"}
    assert found.left_out == {"other": "no-such-program is not installed"}


KNOWN = "(known: back, bank, batch, bills, bus, front, night, shop, store, trade)"
REFUSED = {
    "a wrong name": (
        Selection(only=["shpo"]), f"unknown service 'shpo'; did you mean 'shop'? {KNOWN}", "",
    ),
    "a wrong name of what runs on demand": (
        Selection(too=["nigth"]), f"unknown service 'nigth'; did you mean 'night'? {KNOWN}", "",
    ),
    "a server": (
        Selection(only=["grafana"]), "grafana: is a server of the stack, and not a service.",
        "name a service: the stack's own servers are started with it.",
    ),
    "what runs already": (
        Selection(only=["bank"]),
        "bank: has no python and no command, so it is not started here.",
        "start it yourself on https://bank.example, or say how in pyproject.toml.",
    ),
    "what always runs": (
        Selection(too=["store"]), "store: does not run on demand, but always.",
        "leave it out of --with: `toolkit up` starts it by itself.",
    ),
    "a profile that is started by itself": (
        Selection(too=["trade"]), "trade: does not run on demand, but if installed.",
        "leave it out of --with: `toolkit up` starts it by itself.",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("selection", "message", "fix"), REFUSED.values(), ids=REFUSED)
def test_refuses(selection: Selection, message: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        choose(ALL, selection)
    assert (caught.value.message, caught.value.fix) == (message, fix)
