"""What another service's `/health` says of it, whatever it answers."""

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest

from target_app.services.analytics_os import watched_service
from target_app.services.analytics_os.watched_service import State, WatchedService
from tests.support.http_server import QuietHandler, serving
from tests.support.wait_until import PATIENCE_SECONDS

WELL = {"status": "ok", "phase": "ready"}


class Health(QuietHandler):
    """Answers what a test says."""

    status, text, asked = 200, "", ""

    def do_GET(self) -> None:  # noqa: N802 - the library's name
        type(self).asked = self.path
        self.reply(self.status, self.text, {})


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[WatchedService, type[Health]]]:
    # On a busy machine even the answer of a thread may take seconds.
    monkeypatch.setattr(watched_service, "_TIMEOUT_SECONDS", PATIENCE_SECONDS)
    handler = type("Answers", (Health,), {})
    with serving(handler) as url:
        yield WatchedService("ai", f"{url}/base/"), handler


def look(service: WatchedService, handler: type[Health], document: Any, status: int = 200) -> str:
    """Its state, and what is wrong, after one look."""
    handler.status, handler.text = status, json.dumps(document)
    asyncio.run(service.look())
    return f"{service.word}: {service.detail}"


def test_before_it_was_asked_it_is_neither_well_nor_down() -> None:
    service = WatchedService("ai", "http://127.0.0.1:9")
    assert (service.word, service.detail) == ("degraded", "not asked yet")


DOCUMENTS: dict[str, tuple[Any, str]] = {
    "well": (WELL, "ok: "),
    "another phase": (WELL | {"status": "degraded", "phase": "starting"}, "degraded: is starting"),
    "no bus": (
        {"phase": "ready", "bus": {"connected": False}, "exchanges": {"kraken": {}}},
        "degraded: the bus is away",
    ),
    "no exchange": (
        {"phase": "ready", "bus": {"connected": True}, "exchanges": {
            "binance": {"connected": True}, "kraken": {"connected": False}, "okx": {}}},
        "degraded: not connected: kraken, okx",
    ),
    "all of them": (
        {"phase": "ready", "exchanges": {"binance": {"connected": True}}},
        "degraded: says that it is degraded",
    ),
    "exchanges of another form": (
        {"phase": "ready", "exchanges": {"binance": "up", "okx": None}},
        "degraded: not connected: binance, okx",
    ),
    "parts of another form": (
        {"phase": "ready", "bus": "away", "exchanges": ["okx"]},
        "degraded: says that it is degraded",
    ),
    "no object": (["ok"], "degraded: is None"),
}  # fmt: skip


@pytest.mark.parametrize(("document", "said"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_what_its_health_says(
    watched: tuple[WatchedService, type[Health]], document: Any, said: str
) -> None:
    assert look(*watched, document) == said
    assert watched[1].asked == "/base/health"


def test_one_lost_answer_is_no_outage_and_two_are(
    watched: tuple[WatchedService, type[Health]],
) -> None:
    service, handler = watched
    said = f"{service.url}/health answers 503"
    look(service, handler, WELL)
    assert look(service, handler, WELL, 503) == f"ok: {said}"
    assert service.down_since == 0
    assert look(service, handler, WELL, 503) == f"down: {said}"
    since = service.down_since
    assert since > 0
    look(service, handler, WELL, 503)
    assert service.down_since == since, "it has been down since the second"
    assert look(service, handler, WELL) == "ok: "
    assert service.down_since == 0
    assert look(service, handler, WELL, 503) == f"ok: {said}", "each outage is counted anew"


def test_what_is_not_an_answer_is_none(watched: tuple[WatchedService, type[Health]]) -> None:
    service, handler = watched
    handler.text = "<html>"
    asyncio.run(service.look())
    assert service.detail.startswith(f"{service.url}/health: Expecting value")
    gone = WatchedService("ai", "http://127.0.0.1:1")
    for _ in range(2):
        asyncio.run(gone.look())
    assert gone.state is State.DOWN
    assert gone.detail.startswith("http://127.0.0.1:1/health: ")
