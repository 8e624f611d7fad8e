"""Everything that is not the webhook: FastAPI's routes, for those who may ask for them."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.responses import HTMLResponse

from target_app.execution.http.documentation import document
from target_app.execution.http.documentation_page import page
from target_app.execution.http.endpoint_access import EndpointAccess
from target_app.execution.http.error_responses import answer_errors
from target_app.execution.http.webhook import Receive, Scope, Send, send_answer
from target_app.execution.metrics import VERSION
from target_app.execution.response_bodies import RefusalError
from target_app.execution.settings import Settings


class OtherEndpoints:
    """An ASGI application; `mount` adds routes to `api`."""

    def __init__(self, settings: Settings, lifespan: Callable[[FastAPI], Any]) -> None:
        self.access = EndpointAccess(
            metrics_ips=settings.metrics_ips,
            admin_ips=settings.admin_ips,
            proxies=settings.trusted_proxies,
            per_minute=settings.endpoint_rate_limit_per_minute,
        )
        self.api = FastAPI(
            title="Trade execution",
            version=VERSION,
            lifespan=lifespan,
            redoc_url=None,
            docs_url=None,
        )

    def complete(self) -> None:
        """All routes are mounted: answer errors, and document what there is."""
        api = self.api
        answer_errors(api)
        api.openapi = lambda: document(api)  # type: ignore[method-assign]
        api.get("/docs", include_in_schema=False)(lambda: HTMLResponse(page(document(api))))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] == "http":
            try:
                self.access.check(scope.get("client"), scope["headers"], scope["path"])
            except RefusalError as refusal:
                await send_answer(send, refusal.answer(), "")
                return
            if scope["method"] == "HEAD":
                # The server leaves the body out: it looks at its own scope, not at this copy.
                scope = {**scope, "method": "GET"}
        await self.api(scope, receive, send)
