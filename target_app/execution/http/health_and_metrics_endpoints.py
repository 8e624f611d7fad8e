"""`/health`, `/ready`, `/metrics`: what an operator and a scrape may know."""

import os

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from target_app.exchanges.configured_exchanges import ExchangeManager
from target_app.exchanges.injected_faults import Faults
from target_app.exchanges.order_ids_and_error_codes_by_exchange import PROFILES
from target_app.execution.halt import Halt
from target_app.execution.http.metrics_rendering import MetricsRendering
from target_app.execution.http.rate_limit_per_process import RateLimiter
from target_app.execution.metrics import VERSION, Metrics
from target_app.execution.orders.place import OrderPlacer
from target_app.execution.startup_and_drain import Lifecycle, Phase
from target_app.execution.worker_to_supervisor_channel import WorkerChannel


class Operations:
    """The operators' endpoints."""

    def __init__(
        self,
        *,
        lifecycle: Lifecycle,
        channel: WorkerChannel | None,
        manager: ExchangeManager,
        placer: OrderPlacer,
        metrics: Metrics,
        limiter: RateLimiter,
        faults: Faults,
        halt: Halt,
    ) -> None:
        self._lifecycle, self._manager, self._channel = lifecycle, manager, channel
        self._placer, self._limiter = placer, limiter
        self._rendering = MetricsRendering(metrics)
        self._faults, self._halt = faults, halt

    def mount(self, api: FastAPI) -> None:
        """Add the routes to `api`."""
        api.get("/health", summary="Is the process alive, and what of its parts?")(self.health)
        api.get("/ready", summary="Are orders taken now?")(self.ready)
        api.get("/metrics", summary="Prometheus or OpenMetrics text", response_class=Response)(
            self.scrape
        )

    async def health(self) -> dict[str, object]:
        """200 whenever the process answers; the detail says how well it is."""
        phase = self._lifecycle.phase
        venues = self._manager.venues
        limits = self._limiter.scope
        well = (
            phase is Phase.READY
            and limits != "fallback"
            and not self._placer.journal_failing
            and all(venue.connected for venue in venues.values())
            and not self._manager.waiting_for
            and not self._halt.is_set
        )
        return {
            "status": "ok" if well else "degraded",
            "phase": phase,
            "version": VERSION,
            "pid": os.getpid(),
            "uptime_seconds": round(self._lifecycle.uptime_seconds, 3),
            "open_intents": self._placer.open_intents,
            "journal": self._placer.journal_failing or "ok",
            "rate_limits": limits,
            "faults": self._faults.shown(),
            "trading": self._halt.state(),
            "exchanges": {
                name: {
                    "connected": venue.connected,
                    "breaker": venue.breaker.state.name.lower(),
                    "markets": len(venue.markets),
                    "tested": name in PROFILES,
                }
                for name, venue in venues.items()
            }
            | {
                name: {"connected": False, "not_loaded": reason}
                for name, reason in self._manager.waiting_for.items()
            },
        }

    async def ready(self) -> JSONResponse:
        """200 when orders are taken, by every worker, else 503."""
        phase = self._lifecycle.phase
        told: dict[str, object] = {"status": phase}
        ready = phase is Phase.READY
        if self._placer.journal_failing:
            told["journal"] = self._placer.journal_failing
            ready = False
        if self._channel is not None:
            told["workers_ready"] = self._channel.workers_ready
            ready = ready and self._channel.all_ready
        return JSONResponse(told, 200 if ready else 503)

    async def scrape(self, request: Request) -> Response:
        """Every metric of the catalogue, in the format that the scraper prefers."""
        text, content_type = await self._rendering.text(request.headers.get("accept", ""))
        return Response(text, media_type=content_type)
