"""A service's tasks go on whatever a bug does to one of them."""

import asyncio
from pathlib import Path

import pytest

from target_app.services.bus.in_memory import MemoryBus
from target_app.services.messages.events import SIGNALS
from target_app.services.service_lifecycle import Runtime
from tests.support.service_bus import until
from toolkit.catalogue import Catalogue


def test_a_task_that_a_bug_ends_is_told_and_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        bus = MemoryBus()
        runtime = Runtime("test", bus, store=tmp_path / "s.db", schema="", catalogue=Catalogue(()))
        handled = []

        async def handle(event: object) -> object:
            handled.append(event)
            raise AssertionError("never called: the entry is no event")

        runtime.consume(SIGNALS, handle)  # type: ignore[arg-type]
        read, failures = bus.read, iter([True, True])

        async def fails_twice(stream: str, *words: str, **limits: float) -> object:
            if stream == SIGNALS and next(failures, False):
                raise ArithmeticError("a bug")
            return await read(stream, *words, **limits)  # type: ignore[arg-type]

        monkeypatch.setattr(bus, "read", fails_twice)
        await bus.publish([(SIGNALS, b"no event")])
        await runtime.start()
        letters = "trading_bus_dead_letters_total"
        labels = {"stream": SIGNALS, "group": "test", "reason": "not_json"}
        await until(
            lambda: runtime.registry.get_sample_value(letters, labels) == 1, "it was read at last"
        )
        await runtime.stop()
        assert handled == []

    asyncio.run(scenario())
    assert caplog.text.count("test: a task ended, and is started again") == 2
    assert "ArithmeticError: a bug" in caplog.text
