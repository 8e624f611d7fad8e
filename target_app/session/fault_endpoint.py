"""`/admin/faults` of the bot, for drills. Without a configured token the address does not exist.

The venue's faults are those of `target_app.exchanges.injected_faults`; the bot's own are its
bugs of the past, and a venue that is slow to tell the balances.
"""

import hmac
import json
import math
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from target_app.exchanges.injected_faults import (
    DEFAULT_DURATION_SECONDS,
    LONGEST_DURATION_SECONDS,
    FaultName,
    FaultRequest,
)
from target_app.session.http_server import Answer
from target_app.session.known_bugs import Bug, Bugs
from target_app.session.venue_client import VenueClient
from toolkit.unknown_name_did_you_mean import unknown_name

PATH = "/admin/faults"
BALANCE_LATENCY = "balance_latency"
VENUE_FAULTS = (
    FaultName.EXCHANGE_LATENCY,
    FaultName.EXCHANGE_ERRORS,
    FaultName.EXCHANGE_DISCONNECT,
)
# A deadlock ends the session, so no drill brings it back.
BUGS = {bug.value.replace("-", "_"): bug for bug in Bug if bug is not Bug.DEADLOCK}
NAMES = (*(name.value for name in VENUE_FAULTS), BALANCE_LATENCY, *BUGS)


class _WrongRequestError(Exception):
    """Answer 422 with these words."""


class FaultEndpoint:
    """Sets, clears and shows faults, for whoever holds the token. Each clears itself."""

    def __init__(self, token: str, venue: VenueClient, bugs: Bugs) -> None:
        self._token, self._venue, self._bugs = token.encode(), venue, bugs
        self._lock = threading.Lock()
        self._delay = self._delay_until = 0.0
        venue.balance_delay_seconds = self._balance_delay

    def answer(self, method: str, path: str, authorization: str, body: bytes) -> Answer | None:
        """The answer to a request for `/admin/faults`; None for any other."""
        if not self._token or (path != PATH and not path.startswith(f"{PATH}/")):
            return None
        scheme, _, token = authorization.partition(" ")
        given = token.strip().encode(errors="surrogateescape")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given, self._token):
            return _json(HTTPStatus.UNAUTHORIZED, {"detail": "the bearer token is wrong"})
        try:
            if method == "POST":
                self._set(body)
            elif method == "DELETE":
                name = path.removeprefix(PATH).strip("/")
                for each in (name,) if name else NAMES:
                    self._clear(_known(each))
        except _WrongRequestError as error:
            return _json(HTTPStatus.UNPROCESSABLE_ENTITY, {"detail": str(error)})
        return _json(HTTPStatus.OK, {"faults": self._shown()})

    def _set(self, body: bytes) -> None:
        try:
            values = json.loads(body)
        except ValueError:
            raise _WrongRequestError("the body is not JSON") from None
        if not isinstance(values, dict):
            raise _WrongRequestError('the body is not an object, such as {"fault": "…"}')
        name = _known(values.get("fault"))
        if name in BUGS:
            self._bugs.bring_back(BUGS[name], _duration(values))
        elif name == BALANCE_LATENCY:
            seconds = _number(values, "seconds", 3.0)
            with self._lock:
                self._delay = seconds
                self._delay_until = time.monotonic() + _duration(values)
        else:
            try:
                request = FaultRequest(**values)
            except ValidationError as error:
                raise _WrongRequestError(str(error)) from None
            self._venue.call_soon(lambda: self._venue.faults.set(request))

    def _clear(self, name: str) -> None:
        if name in BUGS:
            self._bugs.remove(BUGS[name])
        elif name == BALANCE_LATENCY:
            with self._lock:
                self._delay_until = 0.0
        else:
            self._venue.call_soon(lambda: self._venue.faults.clear(FaultName(name)))

    def _shown(self) -> dict[str, Any]:
        found: dict[str, Any] = self._venue.call_soon(self._venue.faults.shown)
        for bug, left in self._bugs.seconds_left().items():
            if math.isfinite(left):
                found[bug.value.replace("-", "_")] = {"seconds_left": round(left, 3)}
        left = self._delay_until - time.monotonic()
        if left > 0:
            found[BALANCE_LATENCY] = {"seconds": self._delay, "seconds_left": round(left, 3)}
        return found

    def _balance_delay(self) -> float:
        return self._delay if time.monotonic() < self._delay_until else 0.0


def _known(name: object) -> str:
    if name not in NAMES:
        raise _WrongRequestError(unknown_name("fault", str(name), NAMES))
    return str(name)


def _duration(values: Mapping[str, Any]) -> float:
    return _number(values, "duration_seconds", DEFAULT_DURATION_SECONDS)


def _number(values: Mapping[str, Any], key: str, default: float) -> float:
    value = values.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _WrongRequestError(f"{key}: {value!r} is not a number")
    if not 0 < value <= LONGEST_DURATION_SECONDS:
        raise _WrongRequestError(f"{key}: {value!r} is not in 0..{LONGEST_DURATION_SECONDS:g}")
    return float(value)


def _json(status: HTTPStatus, values: Mapping[str, Any]) -> Answer:
    return status, "application/json", json.dumps(values).encode()
