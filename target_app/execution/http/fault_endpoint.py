"""`/admin/faults`: for drills. Without a configured token the address does not exist.

Nothing of a request is read before its token is known: neither its body nor its path's end.
"""

import hmac
import json

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from pydantic import ValidationError

from target_app.exchanges.injected_faults import FaultName, FaultRequest, Faults
from target_app.execution.audit_log import AuditLog
from target_app.execution.http.client_address import site
from target_app.execution.http.rate_limit_per_process import LocalLimiter
from target_app.execution.http.webhook import read_body
from target_app.execution.response_bodies import Problem, RefusalError
from toolkit.unknown_name_did_you_mean import did_you_mean

_LONGEST_BODY = 4096
# Of a token of the least length nobody guesses one in a million years at this rate.
_GUESSES_A_MINUTE = 10
_ABOUT = {"tags": ["drills"]}
_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": FaultRequest.model_json_schema()}},
    }
}


class Admin:
    """Sets, clears and shows faults, for whoever holds the token."""

    def __init__(self, token: str, faults: Faults, audit: AuditLog) -> None:
        self._token, self._faults, self._audit = token.encode(), faults, audit
        self._guesses = LocalLimiter(_GUESSES_A_MINUTE, 0)

    @property
    def is_on(self) -> bool:
        """Whether a token is configured."""
        return bool(self._token)

    def mount(self, api: FastAPI) -> None:
        """Add the routes to `api`, if a token is configured."""
        if not self.is_on:
            return
        path = "/admin/faults"
        api.get(path, summary="The faults that are set", **_ABOUT)(self.show)  # type: ignore[arg-type]
        api.post(path, summary="Set a fault", openapi_extra=_BODY, **_ABOUT)(self.set)  # type: ignore[arg-type]
        api.delete(path, summary="Clear every fault", **_ABOUT)(self.clear)  # type: ignore[arg-type]
        api.delete(path + "/{fault}", summary="Clear a fault", **_ABOUT)(self.clear_one)  # type: ignore[arg-type]

    async def show(self, request: Request) -> JSONResponse:
        """Each fault that is set, and how long it has left."""
        self.check(request)
        return self._answer()

    async def set(self, request: Request) -> JSONResponse:
        """Set one fault; it clears itself after `duration_seconds`."""
        self.check(request)
        length = request.headers.get("content-length", "")
        body = await read_body(
            int(length[:_LONGEST_BODY]) if length.isdecimal() else 0, request.receive, _LONGEST_BODY
        )
        self._faults.set(_fault(body))
        return self._answer()

    async def clear(self, request: Request) -> JSONResponse:
        """Clear every fault."""
        self.check(request)
        for name in FaultName:
            self._faults.clear(name)
        return self._answer()

    async def clear_one(self, request: Request, fault: str) -> JSONResponse:
        """Clear one fault, set or not."""
        self.check(request)
        names = [name.value for name in FaultName]
        if fault not in names:
            hint = did_you_mean(fault[:100], names)
            raise RefusalError("not_found", f"There is no such fault{hint}")
        self._faults.clear(FaultName(fault))
        return self._answer()

    def _answer(self) -> JSONResponse:
        return JSONResponse({"faults": self._faults.shown()})

    def check(self, request: Request) -> None:
        """Raises RefusalError unless the request has the token; a wrong one is a guess."""
        peer = request.client.host if request.client else "unknown"
        client = site(peer)
        if wait := self._guesses.wait(client):
            raise RefusalError(
                "rate_limited", "Too many wrong tokens from this address.", retry_after=wait
            )
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        given = token.strip().encode(errors="surrogateescape")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given, self._token):
            self._guesses.take(client)
            self._audit.write("token_refused", "warning", client=peer)
            raise RefusalError("invalid_token", "Send `Authorization: Bearer` and the admin token.")


def _fault(body: bytes) -> FaultRequest:
    try:
        given = json.loads(body)
    except (ValueError, RecursionError):
        message = "is not JSON"
        problem = Problem("body", "malformed", message)
        raise RefusalError("not_json", f"The body {message}.", problems=(problem,)) from None
    try:
        return FaultRequest.model_validate(given)
    except ValidationError as error:
        problems = [
            Problem("other", "type", str(e["msg"]), ".".join(str(x) for x in e["loc"]))
            for e in error.errors()
        ]
        raise RefusalError("validation", "The request has problems.", problems=problems) from None
