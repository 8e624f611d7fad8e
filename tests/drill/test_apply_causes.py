"""Faults are set and cleared as the endpoint asks, and what cannot be done is said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from tests.support.http_server import serving
from tests.support.wait_until import eventually
from toolkit.config.pyproject import Addresses, Config, DrillConfig
from toolkit.config.services import FaultEndpoint, ServiceConfig, ServiceRun
from toolkit.drill import apply_causes
from toolkit.drill.apply_causes import Controls, ImpossibleError, services_of
from toolkit.drill_causes import Applicable, Fault, Load, Quiet, Stop
from toolkit.stack.state import Phase, Running, RunningStack

SLOW = Fault("delay", seconds=0.3)
PER_USER = 5.0  # requests a second of a user of a load
Asked = list[tuple[str, str, str, object]]


@pytest.fixture
def asked() -> Asked:
    return []


@pytest.fixture
def service(asked: Asked) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            token = self.headers.get("Authorization", "")
            asked.append((self.command, self.path, token, json.loads(body) if body else None))
            known = self.path.startswith("/faults")
            self.send_response(404 if not known else 200 if token == "Bearer t0ken" else 401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Handler) as address:
        yield address


def controls(
    tmp_path: Path,
    service: str,
    faults: str = "/faults",
    token: str = "t0ken",  # noqa: S107 - made up
) -> Controls:
    stack = RunningStack(
        state=tmp_path,
        phase=Phase.RUNNING,
        secret="",
        environment={"APP_TOKEN": token},
        addresses=Addresses(services={"service": (service,)}, prometheus="", alertmanager=""),
    )
    drill = DrillConfig(faults=faults, token="APP_TOKEN")
    return Controls(Config(root=tmp_path, catalogue="a:B", drill=drill), stack)


def test_a_fault_is_set_and_cleared_with_the_token(
    tmp_path: Path, service: str, asked: Asked
) -> None:
    here = controls(tmp_path, service)
    assert here.apply(SLOW) <= here.clear(SLOW)
    assert asked == [
        ("POST", "/faults", "Bearer t0ken", {"fault": "delay", "seconds": 0.3}),
        ("DELETE", "/faults/delay", "Bearer t0ken", None),
    ]


def test_a_fault_that_shows_under_a_load_brings_it_along(
    tmp_path: Path, service: str, asked: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    class Sender:
        def __init__(self, _config: object, _stack: object, scenario: str, *_: object) -> None:
            self._scenario = scenario

        def start(self) -> None:
            sent.append(f"{self._scenario} starts after {len(asked)} request")

        def stop(self) -> None:
            sent.append(f"{self._scenario} stops after {len(asked)} requests")

    monkeypatch.setattr("toolkit.drill.apply_causes.Traffic", Sender)
    fault = Fault("delay", load=Load(scenario="heavy", users=3))
    assert fault.title == "delay with 3 users of heavy"
    here = controls(tmp_path, service)
    here.apply(fault)
    here.clear(fault)
    assert sent == ["heavy starts after 1 request", "heavy stops after 2 requests"]
    assert asked[0][3] == {"fault": "delay"}


def test_a_service_without_the_endpoint_is_said(tmp_path: Path, service: str) -> None:
    with pytest.raises(ImpossibleError) as caught:
        controls(tmp_path, service, faults="/elsewhere").apply(SLOW)
    assert caught.value.message == (
        f"POST {service}/elsewhere answers 404: this service has no fault endpoint, or it is off."
        " Set APP_TOKEN in [tool.toolkit.drill.environment] or, for the stack of `toolkit up`, in "
        "[tool.toolkit.stack.environment]."
    )


def test_a_wrong_token_is_said_and_not_shown(tmp_path: Path, service: str) -> None:
    with pytest.raises(ImpossibleError) as caught:
        controls(tmp_path, service, token="wr0ng").apply(SLOW)
    assert f"POST {service}/faults answers 401" in caught.value.message
    assert "wr0ng" not in caught.value.message


NOT_HERE = {
    "a fault": (SLOW, "[tool.toolkit.drill] faults is not set: no fault endpoint."),
    "a server that the toolkit did not start": (
        Stop("service"),
        "service was not started by `toolkit up`, so the drill does not stop it.",
    ),
    "no traffic": (
        Quiet(),
        "[tool.toolkit.drill] background is not set: there is no traffic to pause.",
    ),
}


@pytest.mark.parametrize(("cause", "message"), NOT_HERE.values(), ids=NOT_HERE)
def test_what_cannot_be_done_here(
    tmp_path: Path, cause: Fault | Stop | Quiet, message: str
) -> None:
    with pytest.raises(ImpossibleError) as caught:
        controls(tmp_path, "http://127.0.0.1:9", faults="").apply(cause)
    assert caught.value.message == message


def several(tmp_path: Path, shop: str) -> Controls:
    """Controls of a stack with a store, and a shop in two instances behind one fake."""
    services = (
        ServiceConfig(name="store", url="tcp://127.0.0.1:9", command=("store",)),
        ServiceConfig(
            name="shop",
            command=("shop", "{port}"),
            instances=2,
            environment={"SHOP_TOKEN": "t0{secret}"},
            faults=FaultEndpoint(path="/faults", token="SHOP_TOKEN"),
        ),
    )
    stack = RunningStack(
        state=tmp_path,
        phase=Phase.RUNNING,
        secret="ken",
        environment={},
        addresses=Addresses(
            services={"store": ("tcp://127.0.0.1:9",), "shop": (shop, shop)},
            prometheus="",
            alertmanager="",
        ),
    )
    return Controls(Config(root=tmp_path, services={x.name: x for x in services}), stack)


def test_a_fault_is_set_on_every_instance_of_the_service_that_has_an_endpoint(
    tmp_path: Path, service: str, asked: Asked
) -> None:
    several(tmp_path, service).apply(SLOW)
    body = {"fault": "delay", "seconds": 0.3}
    assert asked == [("POST", "/faults", "Bearer t0ken", body)] * 2


def test_a_fault_of_a_service_that_has_no_endpoint_is_said(tmp_path: Path) -> None:
    of_store = Fault("delay", service="store")
    assert of_store.title == "delay of store"
    with pytest.raises(ImpossibleError) as caught:
        several(tmp_path, "http://127.0.0.1:9").apply(of_store)
    assert caught.value.message == (
        "[tool.toolkit.services.store] faults is not set: no fault endpoint."
    )


def test_a_service_is_stopped_in_all_its_instances_and_a_process_alone(tmp_path: Path) -> None:
    here = several(tmp_path, "http://127.0.0.1:9")
    here._stack = replace(
        here._stack,
        components=tuple(
            Running(name=name, pid=2**22, started=0, url="", ready="", log="")
            for name in ("store", "shop-1", "shop-2")
        ),
    )
    assert here._processes(Stop("shop")) == ("shop-1", "shop-2")
    assert here._processes(Stop("shop-2")) == ("shop-2",)
    assert here._processes(Stop("store")) == ("store",)


def test_a_drill_starts_for_its_causes_what_does_not_always_run() -> None:
    faults = FaultEndpoint(path="/faults")
    shop = ServiceConfig(name="shop", command=("shop",), faults=faults)
    bot, till = (
        ServiceConfig(name=name, command=(name,), run=ServiceRun.ON_DEMAND, faults=faults)
        for name in ("bot", "till")
    )
    front, back = (
        ServiceConfig(
            name=name,
            command=(name,),
            run=ServiceRun.IF_INSTALLED,
            profile="trade",
            instances=count,
        )
        for name, count in (("front", 1), ("back", 2))
    )
    exporter = ServiceConfig(name="exporter", command=("x",), run=ServiceRun.IF_INSTALLED)
    book = ServiceConfig(name="book", command=("x",), profile="trade")  # it always runs
    services = (shop, bot, till, front, back, exporter, book)
    config = Config(root=Path("/nowhere"), services={x.name: x for x in services})

    def of(*causes: Applicable) -> tuple[set[str], set[str]]:
        selection = services_of(config, causes)
        assert selection.only is None
        return set(selection.too), set(selection.without)

    trade = {"front", "back"}
    assert of(SLOW, Quiet(), Stop("prometheus")) == (set(), trade)
    assert of(SLOW, Fault("delay", service="bot")) == ({"bot"}, trade)
    assert of(Stop("till"), Stop("front")) == ({"till"}, set())
    assert of(Stop("back-2")) == (set(), set())
    assert of(Stop("exporter")) == (set(), trade)


class Sent:
    """Traffic that only says what is done to it."""

    did: ClassVar[list[str]] = []
    words = ""

    def __init__(
        self, _config: Config, _stack: RunningStack, scenario: str, users: int, rate: float = 0.0
    ) -> None:
        self.name = f"{scenario} of {users} at {rate:g}"

    def start(self) -> None:
        self.did.append(f"start {self.name}")

    def stop(self) -> None:
        self.did.append(f"stop {self.name}")

    def ended(self) -> str:
        return self.words and f"{self.name} {self.words}"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> type[Sent]:
    made = type("Noted", (Sent,), {"did": []})
    monkeypatch.setattr(apply_causes, "Traffic", made)
    return made


def sending(tmp_path: Path, background: str) -> Controls:
    addresses = Addresses(services={}, prometheus="", alertmanager="")
    stack = RunningStack(
        state=tmp_path, phase=Phase.RUNNING, secret="", environment={}, addresses=addresses
    )
    drill = DrillConfig(background=background, users=3)
    return Controls(Config(root=tmp_path, catalogue="a:B", drill=drill), stack)


def test_all_traffic_is_started_and_stopped(tmp_path: Path, sent: type[Sent]) -> None:
    here = sending(tmp_path, "calm")
    here.start_background()
    here.apply(Load(scenario="rush", users=5))
    assert sent.did == ["start calm of 3 at 0", f"start rush of 5 at {5 * PER_USER:g}"]
    sent.did.clear()
    here.stop_traffic()
    assert sent.did == [f"stop rush of 5 at {5 * PER_USER:g}", "stop calm of 3 at 0"]


def test_which_traffic_has_ended_is_said_of_each(tmp_path: Path, sent: type[Sent]) -> None:
    here = sending(tmp_path, "calm")
    here.apply(Load(scenario="rush", users=5))
    assert here.ended_traffic() == ""
    assert not here.restart_background()
    sent.words = "has ended"
    rush = f"rush of 5 at {5 * PER_USER:g}"
    assert here.ended_traffic() == f"{rush} has ended\ncalm of 3 at 0 has ended"
    sent.did.clear()
    assert here.restart_background()
    assert sent.did == ["stop calm of 3 at 0", "start calm of 3 at 0"]


def test_a_project_without_a_background_has_none_to_stop_or_start(
    tmp_path: Path, sent: type[Sent]
) -> None:
    here = sending(tmp_path, "")
    here.start_background()
    here.stop_traffic()
    sent.words = "has ended"
    assert (here.ended_traffic(), here.restart_background(), sent.did) == ("", False, [])


@pytest.mark.programs
def test_a_background_that_ends_by_itself_says_its_last_words(tmp_path: Path) -> None:
    folder = tmp_path / "loadtests"
    folder.mkdir()
    (folder / "short.py").write_text(
        '"""Ends after its first request."""\n'
        "import logging, os, time\n"
        "from locust import User, task\n\n"
        "class Short(User):\n"
        "    @task\n"
        "    def end(self):\n"
        "        time.sleep(0.5)\n"
        '        logging.error("no more signals")\n'
        "        os._exit(7)\n",
        encoding="utf-8",
    )
    (tmp_path / ".toolkit" / "logs").mkdir(parents=True)
    stack = RunningStack(
        state=tmp_path / ".toolkit",
        phase=Phase.RUNNING,
        secret="",
        environment={},
        addresses=Addresses(
            services={"service": ("http://127.0.0.1:9",)}, prometheus="", alertmanager=""
        ),
    )
    drill = DrillConfig(background="short", users=1)
    here = Controls(Config(root=tmp_path, catalogue="a:B", drill=drill), stack)
    assert here.restart_background() is False
    here.start_background()
    try:
        eventually(here.ended_traffic, "the scenario has ended")
        found = here.ended_traffic()
    finally:
        here.stop_traffic()
    assert found.startswith("the scenario short ended by itself with status 7:\n")
    assert found.endswith("no more signals")
    assert here.ended_traffic() == ""
