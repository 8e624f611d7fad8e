"""A service's HTTP: `/health`, `/ready`, `/metrics`, and `/admin` for whoever holds the token."""

import hmac
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any, Protocol

import msgspec
from prometheus_client import exposition
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from target_app.execution.startup_and_drain import Phase
from target_app.services.bus.contract import BusError
from target_app.services.faults import (
    DEFAULT_DURATION_SECONDS,
    LONGEST_DURATION_SECONDS,
    ServiceFaults,
)
from target_app.services.messages.calls import BY_NAME
from target_app.services.messages.events import STREAMS
from target_app.services.messages.numbers import unusable
from target_app.services.rpc import TIMEOUT_SECONDS, CallError
from target_app.services.service_lifecycle import Runtime
from target_app.services.state_inbox_and_outbox import StoreError
from target_app.tracing.http_spans import TracedApplication
from toolkit.unknown_name_did_you_mean import did_you_mean

_MOST_BYTES = 65_536
_MOST_EVENTS = 1000
_MOST_DIGITS = 18  # of a number of 64 bits; int() refuses thousands of them
Endpoint = Callable[[Request], Awaitable[Response]]


class Service(Protocol):
    """What a service is to its HTTP."""

    runtime: Runtime
    faults: ServiceFaults

    def health(self) -> dict[str, Any]:
        """What it depends on, and in which state; `well` says whether all of it is."""

    def routes(self) -> Mapping[tuple[str, str], Endpoint]:
        """Its own endpoints: (method, path) → endpoint. Below /admin they need the token."""

    async def start(self) -> None:
        """Start it."""

    async def stop(self) -> None:
        """End it."""


class RefusedError(HTTPException):
    """A request that cannot be served; the detail says why and what would be right."""


def application(service: Service, admin_token: str) -> Starlette | TracedApplication:
    """The ASGI application of a service; its lifespan starts and ends the service."""
    operations = _Operations(service)
    routes = [
        Route("/health", operations.health),
        Route("/ready", operations.ready),
        Route("/metrics", operations.metrics),
    ]
    admin: dict[tuple[str, str], Endpoint] = {
        ("GET", "/admin/faults"): operations.show_faults,
        ("POST", "/admin/faults"): operations.set_fault,
        ("DELETE", "/admin/faults/{fault}"): operations.clear_fault,
        ("POST", "/admin/calls"): operations.call,
        ("GET", "/admin/events/{stream}"): operations.events,
        ("POST", "/admin/events/{stream}"): operations.publish,
    }
    for (method, path), endpoint in {**service.routes(), **admin}.items():
        if path.startswith("/admin"):
            if not admin_token:
                continue
            endpoint = _guarded(endpoint, admin_token.encode())  # noqa: PLW2901 - the same, guarded
        routes.append(Route(path, endpoint, methods=[method]))

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> Any:
        await service.start()
        yield
        await service.stop()

    handlers: Any = {HTTPException: _problem, BusError: _bus_away, StoreError: _store_failing}
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    tracer = service.runtime.tracer
    return app if tracer is None else TracedApplication(app, tracer)


async def body(request: Request, form: type[msgspec.Struct]) -> Any:
    """The JSON body as `form`. Raises RefusedError."""
    data = await request.body()
    if len(data) > _MOST_BYTES:
        raise RefusedError(413, f"The body has {len(data)} bytes; {_MOST_BYTES} are read.")
    try:
        found = msgspec.json.decode(data or b"{}", type=form)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise RefusedError(422, f"The body: {error}") from None
    wrong = unusable(found)
    if wrong:
        raise RefusedError(422, f"The body: {wrong}.")
    return found


def json(content: object, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(msgspec.json.encode(content), status, media_type="application/json")


class _Fault(msgspec.Struct, forbid_unknown_fields=True):
    fault: str
    duration_seconds: float = DEFAULT_DURATION_SECONDS
    seconds: float | None = None
    share: float | None = None
    kind: str | None = None


class _Call(msgspec.Struct):
    method: str
    params: msgspec.Raw = msgspec.Raw(b"{}")
    timeout_seconds: float = TIMEOUT_SECONDS


class _Operations:
    """The endpoints that all services have."""

    def __init__(self, service: Service) -> None:
        self._service, self._runtime = service, service.runtime

    async def health(self, _request: Request) -> Response:
        """200 whenever the process answers; the detail says how well it is."""
        runtime = self._runtime
        detail = self._service.health()
        failing = runtime.store.failing
        is_well = detail.pop("well") and runtime.publisher.connected and not failing
        is_ready = runtime.lifecycle.phase is Phase.READY
        return json(
            {
                "service": runtime.name,
                "status": "ok" if is_well and is_ready else "degraded",
                "phase": runtime.lifecycle.phase,
                "pid": os.getpid(),
                "uptime_seconds": round(runtime.lifecycle.uptime_seconds, 3),
                "bus": {"connected": runtime.publisher.connected},
                "store": {"writable": not failing, **({"detail": failing} if failing else {})},
                "faults": self._service.faults.shown(),
                **detail,
            }
        )

    async def ready(self, _request: Request) -> Response:
        """200 when events are consumed and calls answered, else 503."""
        phase, failing = self._runtime.lifecycle.phase, self._runtime.store.failing
        if failing:
            return json({"status": "store_failing", "detail": failing}, 503)
        return json({"status": phase}, 200 if phase is Phase.READY else 503)

    async def metrics(self, request: Request) -> Response:
        """Every metric of the catalogue, in the format that the scraper prefers."""
        encode, content_type = exposition.choose_encoder(request.headers.get("accept", ""))
        return Response(encode(self._runtime.registry), media_type=content_type)

    async def show_faults(self, _request: Request) -> Response:
        """The faults that are set, and those that can be."""
        faults = self._service.faults
        return json({"faults": faults.shown(), "known": sorted(faults.switches)})

    async def set_fault(self, request: Request) -> Response:
        """Set one fault."""
        wanted: _Fault = await body(request, _Fault)
        self._known(wanted.fault)
        if not 0 < wanted.duration_seconds <= LONGEST_DURATION_SECONDS:
            raise RefusedError(
                422,
                f"duration_seconds: {wanted.duration_seconds:g} is not within 0 and "
                f"{LONGEST_DURATION_SECONDS:g}.",
            )
        given = {"seconds": wanted.seconds, "share": wanted.share, "kind": wanted.kind}
        given = {key: value for key, value in given.items() if value is not None}
        try:
            self._service.faults.set(wanted.fault, wanted.duration_seconds, **given)
        except ValueError as error:
            raise RefusedError(422, str(error)) from None
        return json({"faults": self._service.faults.shown()})

    async def clear_fault(self, request: Request) -> Response:
        """Clear one fault, set or not."""
        self._known(request.path_params["fault"])
        self._service.faults.clear(request.path_params["fault"])
        return json({"faults": self._service.faults.shown()})

    async def call(self, request: Request) -> Response:
        """Call a method of another service from this one."""
        wanted: _Call = await body(request, _Call)
        method = BY_NAME.get(wanted.method)
        if method is None:
            hint = did_you_mean(wanted.method[:64], BY_NAME)
            raise RefusedError(422, f"method: there is no {wanted.method[:64]!r}{hint}")
        try:
            params = msgspec.json.decode(wanted.params, type=method.params)
            result = await self._runtime.caller.call(
                method, params, timeout_seconds=wanted.timeout_seconds
            )
        except msgspec.DecodeError as error:
            raise RefusedError(422, f"params: {error}") from None
        except CallError as error:
            return json({"outcome": error.outcome, "detail": str(error)}, 504)
        return json({"outcome": "answered", "result": result})

    async def events(self, request: Request) -> Response:
        """What a stream still keeps."""
        stream = self._stream(request, extra=("dead-letters",))
        after = _whole(request, "after", 0)
        count = min(_whole(request, "count", 100), _MOST_EVENTS)
        entries = await self._runtime.bus.history(stream, after=after, count=count)
        return json(
            {
                "entries": [
                    {"number": x.number, "data": x.data.decode(errors="replace")} for x in entries
                ]
            }
        )

    async def publish(self, request: Request) -> Response:
        """Put bytes on a stream as they are: for drills with events that nobody should send."""
        await self._runtime.bus.publish([(self._stream(request), await request.body())])
        return json({}, 202)

    def _stream(self, request: Request, extra: tuple[str, ...] = ()) -> str:
        stream = str(request.path_params["stream"])
        known = (*STREAMS, *extra)
        if stream not in known:
            hint = did_you_mean(stream, known)
            raise RefusedError(404, f"There is no stream {stream!r}{hint}")
        return stream

    def _known(self, fault: str) -> None:
        switches = self._service.faults.switches
        if fault not in switches:
            hint = did_you_mean(fault, switches)
            raise RefusedError(422, f"fault: there is no {fault!r} here{hint}")


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, str(default))
    if not text.isdecimal() or len(text) > _MOST_DIGITS:
        raise RefusedError(422, f"{name}: {text!r} is not a whole number.")
    return int(text)


def _guarded(endpoint: Endpoint, token: bytes) -> Endpoint:
    async def guarded(request: Request) -> Response:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        given_token = given.strip().encode(errors="surrogateescape")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given_token, token):
            raise RefusedError(401, "Send `Authorization: Bearer` and the admin token.")
        return await endpoint(request)

    return guarded


async def _problem(_request: Request, error: HTTPException) -> Response:
    document = {"title": error.detail, "status": error.status_code}
    return JSONResponse(document, error.status_code, media_type="application/problem+json")


async def _bus_away(_request: Request, error: BusError) -> Response:
    document = {"title": "The bus does not answer.", "status": 503, "detail": str(error)}
    return JSONResponse(document, 503, media_type="application/problem+json")


async def _store_failing(_request: Request, error: StoreError) -> Response:
    document = {"title": "The store fails.", "status": 503, "detail": str(error)}
    return JSONResponse(document, 503, media_type="application/problem+json")
