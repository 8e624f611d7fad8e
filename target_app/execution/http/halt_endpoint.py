"""`/admin/halt`: stops all new orders, says whether they are, and lets them again."""

import asyncio

import msgspec
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from target_app.execution.audit_log import AuditLog
from target_app.execution.halt import FRESH_SECONDS, Halt
from target_app.execution.http.fault_endpoint import Admin
from target_app.execution.http.webhook import read_body
from target_app.execution.response_bodies import Problem, RefusalError

_LONGEST_BODY, _LONGEST_REASON = 4096, 500


class _Wish(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a POST, which may be left out."""

    reason: str = ""


class HaltRoutes:
    """For whoever holds the admin token."""

    def __init__(self, admin: Admin, halt: Halt, audit: AuditLog) -> None:
        self._admin, self._halt, self._audit = admin, halt, audit

    def mount(self, api: FastAPI) -> None:
        """Add the routes to `api`, if a token is configured."""
        if not self._admin.is_on:
            return
        path = "/admin/halt"
        api.get(path, summary="Are new orders stopped?", tags=["halt"])(self.show)
        api.post(path, summary="Stop all new orders", tags=["halt"])(self.set)
        api.delete(path, summary="Take new orders again", tags=["halt"])(self.lift)

    async def show(self, request: Request) -> JSONResponse:
        """Whether new orders are stopped, since when and why."""
        self._admin.check(request)
        return JSONResponse(self._halt.state())

    async def set(self, request: Request) -> JSONResponse:
        """Stop all new orders, over restarts too, until somebody lifts it."""
        self._admin.check(request)
        body = await read_body(0, request.receive, _LONGEST_BODY)
        reason = _reason(body)
        try:
            self._halt.set(reason)
        except OSError as error:
            detail = f"The halt cannot be written down: {error.strerror}. Stop the service instead."
            raise RefusalError("unavailable", detail, retry_after=1.0) from None
        # Once this is answered no process orders any more.
        await asyncio.sleep(FRESH_SECONDS)
        self._audit.write("halted", "critical", reason=reason)
        return JSONResponse(self._halt.state())

    async def lift(self, request: Request) -> JSONResponse:
        """Take new orders again."""
        self._admin.check(request)
        if self._halt.lift():
            self._audit.write("halt_lifted", "warning")
        return JSONResponse(self._halt.state())


def _reason(body: bytes) -> str:
    if not body.strip():
        return ""
    try:
        return msgspec.json.decode(body, type=_Wish).reason[:_LONGEST_REASON]
    except (msgspec.DecodeError, RecursionError, ValueError) as error:
        message = f'must be empty, or like {{"reason": "…"}}: {error}'
        problem = Problem("body", "malformed", message)
        raise RefusalError("validation", f"The body {message}.", problems=(problem,)) from None
