"""What is asked in the background delays no order."""

import asyncio
from typing import Any

from target_app.exchanges.background_pace import BackgroundPace, in_background


def test_questions_in_the_background_wait_for_each_other_and_no_order_waits_for_them() -> None:
    ran: list[str] = []

    class Client:
        rateLimit = 20  # noqa: N815 - ccxt's name; milliseconds

        async def throttle(self, _cost: float | None = None) -> None:
            ran.append("order")

    async def ask(client: Any, name: str) -> None:
        with in_background():
            await client.throttle(3)
        ran.append(name)

    async def all_at_once() -> None:
        client = Client()
        BackgroundPace(client)
        questions = [asyncio.create_task(ask(client, str(n))) for n in range(3)]
        await questions[0]
        await client.throttle()
        await asyncio.gather(*questions)

    asyncio.run(all_at_once())
    assert ran == ["0", "order", "1", "2"]
