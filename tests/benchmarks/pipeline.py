"""The pipeline without a server: CPU time of a request, with and without metrics and traces."""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from target_app.execution.http.signature import sign
from target_app.execution.http.webhook import PATH
from target_app.execution.metrics import Metrics
from target_app.tracing.spans import Tracer
from tests.benchmarks.generator import CLIENTS, bodies
from tests.support.service_in_process import SECRET, Served, served

_AT_ONCE = 64


def microseconds(count: int, *, record: bool = True, tracer: Tracer | None = None) -> float:
    """CPU microseconds of the event loop for each of `count` orders."""
    limits: dict[str, Any] = {
        "trusted_proxies": ("127.0.0.0/8",),
        "rate_limit_per_minute": 10**8,
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), tracer=tracer, **limits) as service,
    ):
        if not record:
            record_nothing(service.service.metrics)
        return service.run(_drive(service, count))


def record_nothing(metrics: Metrics) -> None:
    """Replace every recording method by one that does nothing."""

    def nothing(*_values: object, **_options: object) -> None:
        return

    for name in dir(metrics):
        if not name.startswith("_") and callable(getattr(metrics, name)) and name != "exposed":
            setattr(metrics, name, nothing)


async def _drive(service: Served, count: int) -> float:
    requests = iter([_request(body, n) for n, body in zip(range(count), bodies(), strict=False)])
    begun = time.thread_time()
    await asyncio.gather(*(_send(service, requests) for _ in range(_AT_ONCE)))
    return (time.thread_time() - begun) / count * 1e6


async def _send(service: Served, requests: Iterator[tuple[bytes, dict[str, Any]]]) -> None:
    for body, scope in requests:

        async def receive(body: bytes = body) -> dict[str, Any]:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Any) -> None:
            if message.get("status", 200) != 200:
                raise AssertionError(message)

        await service.app(scope, receive, send)


def _request(body: bytes, n: int) -> tuple[bytes, dict[str, Any]]:
    headers = [
        (b"host", b"bench"),
        (b"content-type", b"application/json"),
        (b"x-signature", sign(SECRET, body).encode()),
        (b"x-forwarded-for", b"203.0.113.%d" % (n % CLIENTS % 250 + 1)),
        (b"content-length", b"%d" % len(body)),
    ]
    return body, {
        "type": "http",
        "method": "POST",
        "path": PATH,
        "headers": headers,
        "client": ("127.0.0.1", 1),
    }
