"""Hostile events on every stream: each reader keeps them with the reason, and all goes on."""

import json
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

from target_app.services.all_in_one_process import EmbeddedSystem
from target_app.services.messages.event_envelope import new_id
from target_app.services.messages.events import KINDS, STREAMS, EventKind
from target_app.services.system_test.system import SystemUnderTest
from tests.support.embedded_system import on_embedded

READERS = {
    "signals": {"exec-risk", "analytics-os"},
    "requests": {"exec-risk", "analytics-os"},
    "results": {"analytics-os"},
    "positions": {"ai", "analytics-os"},
    "learning": {"analytics-os"},
    "control": {"exec-risk", "analytics-os"},
}
NUMBERS = ("NaN", "-Infinity", "1E+999999")
# What a producer that has gone wrong would say, in the fields that are money or an amount.
AMOUNTS: dict[str, dict[str, Any]] = {
    "signal.generated": {
        "signal_id": "s", "symbol": "BTC/USDT", "side": "buy", "confidence": 0.9, "model": 1,
        "quantity": None,
    },
    "execution.requested": {
        "request_id": "r", "signal_id": "", "position_id": "p", "symbol": "BTC/USDT",
        "side": "buy", "opens": True, "quantity": None,
    },
    "execution.result": {
        "signal_id": "s", "request_id": "r", "symbol": "BTC/USDT", "outcome": "filled",
        "filled": None, "price": None,
    },
    "position.opened": {
        "position_id": "p", "signal_id": "s", "symbol": "BTC/USDT", "confidence": 0.9,
        "quantity": None, "price": None,
    },
    "position.closed": {
        "position_id": "p", "signal_id": "s", "symbol": "BTC/USDT", "confidence": 0.9,
        "opened_at": 0.0, "quantity": None, "opened_price": None, "price": None, "pnl_usd": None,
    },
    "sizing.changed": {"reason": "x", "factor": None},
}  # fmt: skip


def with_number(kind: EventKind, number: str) -> bytes:
    fields = {key: number if x is None else x for key, x in AMOUNTS[kind.name].items()}
    wire = {"version": kind.version, "type": kind.name, "id": new_id(), "time": 0, "data": fields}
    return json.dumps(wire).encode()


async def letters(system: SystemUnderTest) -> Counter[tuple[str, str, str]]:
    """Dead letters by stream, reader and reason."""
    told = await system.told("ai", "/admin/events/dead-letters?count=1000")
    found = (json.loads(entry["data"]) for entry in told["entries"])
    return Counter((x["stream"], x["group"], x["reason"]) for x in found)


def test_every_reader_keeps_what_it_cannot_use_and_goes_on(tmp_path: Path) -> None:
    said = [(stream, b"{", "not_json") for stream in STREAMS]
    said += [
        (kind.stream, with_number(kind, number), "invalid_fields")
        for kind in KINDS
        if kind.name in AMOUNTS
        for number in NUMBERS
    ]
    expected = Counter(
        (stream, reader, reason) for stream, _, reason in said for reader in READERS[stream]
    )

    async def scenario(system: SystemUnderTest, _embedded: EmbeddedSystem) -> None:
        for stream, data, _ in said:
            await system.told("ai", f"/admin/events/{stream}", "POST", data)

        async def all_kept() -> bool:
            return (await letters(system)).total() >= expected.total()

        await system.until(all_kept, "every reader has kept what it cannot use")
        assert await letters(system) == expected
        await system.executed()

        async def seen() -> bool:
            return bool((await system.told("analytics-os", "/health"))["portfolio"]["positions"])

        await system.until(seen, "analytics-os has seen the position")
        health = await system.told("analytics-os", "/health")
        assert health["portfolio"]["positions"] == 1
        assert Decimal(health["portfolio"]["value_usd"]) == 100_000

    on_embedded(tmp_path, scenario)
