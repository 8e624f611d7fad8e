"""`/admin/faults`: for drills. Without a configured token the address does not exist."""

import hmac

from fastapi import FastAPI, Header, Request
from fastapi.responses import JSONResponse

from target_app.exchanges.injected_faults import FaultName, FaultRequest, Faults
from target_app.execution.answers import RefusalError
from target_app.execution.audit import AuditLog


class Admin:
    """Sets, clears and shows faults, for whoever holds the token."""

    def __init__(self, token: str, faults: Faults, audit: AuditLog) -> None:
        self._token, self._faults, self._audit = token.encode(), faults, audit

    def mount(self, api: FastAPI) -> None:
        """Add the routes to `api`, if a token is configured."""
        if not self._token:
            return
        path, about = "/admin/faults", {"tags": ["drills"]}
        api.get(path, summary="The faults that are set", **about)(self.show)  # type: ignore[arg-type]
        api.post(path, summary="Set a fault", **about)(self.set)  # type: ignore[arg-type]
        api.delete(path, summary="Clear every fault", **about)(self.clear)  # type: ignore[arg-type]
        api.delete(path + "/{fault}", summary="Clear a fault", **about)(self.clear_one)  # type: ignore[arg-type]

    async def show(self, request: Request, authorization: str = Header(default="")) -> JSONResponse:
        """Each fault that is set, and how long it has left."""
        self._check(request, authorization)
        return self._answer()

    async def set(
        self, fault: FaultRequest, request: Request, authorization: str = Header(default="")
    ) -> JSONResponse:
        """Set one fault; it clears itself after `duration_seconds`."""
        self._check(request, authorization)
        self._faults.set(fault)
        return self._answer()

    async def clear(
        self, request: Request, authorization: str = Header(default="")
    ) -> JSONResponse:
        """Clear every fault."""
        self._check(request, authorization)
        for name in FaultName:
            self._faults.clear(name)
        return self._answer()

    async def clear_one(
        self, fault: FaultName, request: Request, authorization: str = Header(default="")
    ) -> JSONResponse:
        """Clear one fault, set or not."""
        self._check(request, authorization)
        self._faults.clear(fault)
        return self._answer()

    def _answer(self) -> JSONResponse:
        return JSONResponse({"faults": self._faults.shown()})

    def _check(self, request: Request, authorization: str) -> None:
        scheme, _, token = authorization.partition(" ")
        given = token.strip().encode(errors="surrogateescape")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given, self._token):
            peer = request.client.host if request.client else "unknown"
            self._audit.write("token_refused", "warning", client=peer)
            raise RefusalError("invalid_token", "Send `Authorization: Bearer` and the admin token.")
