"""However many scrapers ask, one text is made at a time, off the loop, and none is stale."""

import asyncio
import threading
from typing import Any

from prometheus_client import CollectorRegistry, Counter

from target_app.execution.http.metrics_rendering import MetricsRendering


class Counted:
    """Metrics that remember how often, and where, they were rendered."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.count = Counter("made", "So often.", registry=self.registry)
        self.threads: list[int] = []
        self.at_once = self.most_at_once = 0
        self.registry.register(self)

    def exposed(self) -> CollectorRegistry:
        self.count.inc()
        return self.registry

    def collect(self) -> list[Any]:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.threads.append(threading.get_ident())
        self.at_once -= 1
        return []


def test_all_who_ask_at_once_share_a_text_made_off_the_loop() -> None:
    counted = Counted()
    counted.threads.clear()

    async def ask() -> list[tuple[bytes, str]]:
        rendering = MetricsRendering(counted)  # type: ignore[arg-type]
        return await asyncio.gather(*(rendering.text("") for _ in range(50)))

    texts = asyncio.run(ask())
    assert len(set(texts)) == 1
    assert len(counted.threads) == 1
    assert counted.threads[0] != threading.get_ident()


def test_who_asks_during_a_rendering_gets_the_next_text_and_formats_take_turns() -> None:
    counted = Counted()

    async def ask() -> list[bytes]:
        rendering = MetricsRendering(counted)  # type: ignore[arg-type]
        first = asyncio.create_task(rendering.text(""))
        while not counted.count._value.get():  # noqa: ASYNC110 - a few turns of the loop
            await asyncio.sleep(0)
        later = [rendering.text(""), rendering.text("application/openmetrics-text"), first]
        return [text for text, _ in await asyncio.gather(*later)]

    later, other, first = asyncio.run(ask())
    assert b"made_total 1.0" in first
    assert b"made_total 2.0" in later
    assert b"made_total 3.0" in other
    assert counted.most_at_once == 1


def test_a_scraper_that_leaves_takes_nothing_from_the_others() -> None:
    async def ask() -> bytes:
        rendering = MetricsRendering(Counted())  # type: ignore[arg-type]
        leaving = asyncio.create_task(rendering.text(""))
        staying = asyncio.create_task(rendering.text(""))
        await asyncio.sleep(0)
        leaving.cancel()
        return (await staying)[0]

    assert b"made_total" in asyncio.run(ask())
