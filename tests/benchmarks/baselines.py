"""What the service is measured against: the least that FastAPI can do, and a naive parse.

And a collector of traces that throws them away.
"""

import sys

import uvicorn
from fastapi import FastAPI, Request, Response
from pydantic import BaseModel

PATH = "/webhook/tradingview"


class Webhook(BaseModel):
    """The fields of a webhook, as one would first write them down."""

    symbol: str
    side: str
    order_type: str = "market"
    quantity: float | None = None
    confidence: float = 1.0
    timestamp: float
    source: str = "other"
    id: str | None = None


def empty() -> FastAPI:
    """An endpoint that does nothing."""
    app = FastAPI()

    @app.post(PATH)
    async def answer() -> dict[str, bool]:
        return {"ok": True}

    return app


def parsing() -> FastAPI:
    """An endpoint that parses and counts."""
    app = FastAPI()
    counts: dict[str, int] = {}

    @app.post(PATH)
    async def answer(webhook: Webhook) -> dict[str, int]:
        counts[webhook.symbol] = counts.get(webhook.symbol, 0) + 1
        return {"count": counts[webhook.symbol]}

    return app


def collector() -> FastAPI:
    """An OTLP endpoint."""
    app = FastAPI()

    @app.post("/v1/traces")
    async def answer(request: Request) -> Response:
        await request.body()
        return Response(media_type="application/x-protobuf")

    return app


def main(name: str) -> None:
    """Serve one of them, with the same server and settings as the service."""
    uvicorn.run(
        {"empty": empty, "parsing": parsing, "collector": collector}[name](),
        port=0,
        loop="uvloop",
        http="httptools",
        ws="none",
        access_log=False,
        proxy_headers=False,
    )


if __name__ == "__main__":
    main(sys.argv[1])
