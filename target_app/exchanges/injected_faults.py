"""Faults for drills: set through `POST /admin/faults`, each clears itself after a while.

A fault holds in the process that was asked. With several workers, drill one.
"""

import asyncio
import functools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from target_app.catalogue import ERROR_TYPE
from target_app.exchanges.venue_errors import TRANSLATION, Fate, VenueError

# A drill that is never ended ends by itself.
DEFAULT_DURATION_SECONDS, LONGEST_DURATION_SECONDS = 300.0, 86_400.0
_LONGEST_DELAY_SECONDS = 60.0


# The golden ratio: of all steps round a circle, this one leaves the smallest gaps.
_STEP = (5**0.5 - 1) / 2


def evenly() -> Iterator[float]:
    """Numbers in 0..1, spread so that any run of them has its share under any bound.

    Chance would make a drill's short windows see anything between none and twice a share.
    """
    place = 0.5
    while True:
        yield place
        place = (place + _STEP) % 1


class FaultName(StrEnum):
    """What can be made to go wrong."""

    EXCHANGE_LATENCY = "exchange_latency"  # every exchange call takes `seconds` longer
    EXCHANGE_ERRORS = "exchange_errors"  # a `share` of exchange calls fails as `kind`
    EXCHANGE_DISCONNECT = "exchange_disconnect"  # no exchange call gets through
    PROTECTION_ERRORS = "protection_errors"  # no stop-loss or take-profit can be placed
    WATCH_STALL = "watch_stall"  # nobody looks at stops, targets and resting entries
    AUDIT_LOSS = "audit_loss"  # with the audit log's lines one more is lost, of the drill's own
    TRADING_HALT = "trading_halt"  # new orders are refused, as after POST /admin/halt
    HANDLER_DELAY = "handler_delay"  # every webhook takes `seconds` longer
    NAN_FEED = "nan_feed"  # a `share` of market orders has NaN for the price, which they ignore


class FaultRequest(BaseModel):
    """Set one fault, replacing it where it is set already."""

    model_config = ConfigDict(extra="forbid")
    fault: FaultName
    seconds: float = Field(default=0.3, ge=0, le=_LONGEST_DELAY_SECONDS, description="the delay")
    share: float = Field(default=1.0, gt=0, le=1, description="of calls or webhooks hit")
    kind: Literal[ERROR_TYPE] = Field(  # type: ignore[valid-type]
        default="unavailable", description="how exchange calls fail"
    )
    exchange: str | None = Field(
        default=None, max_length=40, description="only this exchange; all of them when left out"
    )
    duration_seconds: float = Field(
        default=DEFAULT_DURATION_SECONDS, gt=0, le=LONGEST_DURATION_SECONDS
    )


@dataclass(frozen=True, slots=True)
class ActiveFault:
    """A fault that is set; `until` is on the monotonic clock."""

    request: FaultRequest
    until: float


class Faults:
    """The faults that are set. `changed(name, 1 or 0)` hears of each that is set or cleared."""

    def __init__(
        self,
        changed: Callable[[str, int], None] = lambda _name, _active: None,
        *,
        clock: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self._changed, self._clock = changed, clock
        self._chance = chance or functools.partial(next, evenly())
        self._active: dict[FaultName, ActiveFault] = {}
        # Read by every request, so a plain attribute: False outside drills.
        self.any = False

    def set(self, request: FaultRequest) -> None:
        """Set a fault, and clear it when its time is over."""
        until = self._clock() + request.duration_seconds
        self._active[request.fault] = ActiveFault(request, until)
        self.any = True
        self._changed(request.fault.value, 1)
        asyncio.get_running_loop().call_later(request.duration_seconds + 0.001, self.expire)

    def clear(self, name: FaultName) -> bool:
        """Clear a fault; whether it was set."""
        was_set = self._active.pop(name, None) is not None
        self.any = bool(self._active)
        if was_set:
            self._changed(name.value, 0)
        return was_set

    def expire(self) -> None:
        """Clear what has run out."""
        now = self._clock()
        for name in [name for name, active in self._active.items() if active.until <= now]:
            self.clear(name)

    def shown(self) -> dict[str, dict[str, Any]]:
        """Each fault that is set, with the seconds it has left."""
        self.expire()
        now = self._clock()
        return {
            name.value: {
                **active.request.model_dump(exclude={"fault"}),
                "seconds_left": round(active.until - now, 3),
            }
            for name, active in self._active.items()
        }

    async def delay_handler(self) -> None:
        """`handler_delay`."""
        if (fault := self._hits(FaultName.HANDLER_DELAY)) is not None:
            await asyncio.sleep(fault.seconds)

    def spoil(self, raw: dict[str, Any]) -> None:
        """`nan_feed`: a field that a market order has no use for becomes what Pine Script sends.

        What is ordered stays the same: a drill may run where real orders are placed.
        """
        kinds = (raw.get("order_type"), raw.get("type"))
        if any(isinstance(kind, str) and kind.strip().lower() != "market" for kind in kinds):
            return
        if raw.get("price") is None and self._hits(FaultName.NAN_FEED) is not None:
            raw["price"] = "NaN"

    def stalls_watch(self) -> bool:
        """`watch_stall`: whether positions are not looked at."""
        return self._hits(FaultName.WATCH_STALL) is not None

    def loses_audit_line(self) -> bool:
        """`audit_loss`: whether a line of the drill's own is lost. No real one is."""
        return self._hits(FaultName.AUDIT_LOSS) is not None

    def halts(self) -> bool:
        """`trading_halt`: whether no new order may be placed."""
        return self._hits(FaultName.TRADING_HALT) is not None

    async def before_call(self, exchange: str) -> None:
        """The exchange's faults. Raises VenueError in place of the call that is to fail."""
        if (fault := self._hits(FaultName.EXCHANGE_LATENCY, exchange)) is not None:
            await asyncio.sleep(fault.seconds)
        if self._hits(FaultName.EXCHANGE_DISCONNECT, exchange) is not None:
            raise VenueError("network", Fate.UNSENT, "a drill has cut the connection")
        if (fault := self._hits(FaultName.EXCHANGE_ERRORS, exchange)) is not None:
            fate = next(fate for reason, fate in TRANSLATION.values() if reason == fault.kind)
            raise VenueError(fault.kind, fate, "a drill has made this call fail")

    def before_protection(self, exchange: str) -> None:
        """`protection_errors`. Raises VenueError in place of the order that is to fail."""
        if self._hits(FaultName.PROTECTION_ERRORS, exchange) is not None:
            raise VenueError("rejected", Fate.REFUSED, "a drill lets no protective order be placed")

    def _hits(self, name: FaultName, exchange: str = "") -> FaultRequest | None:
        active = self._active.get(name)
        if active is None:
            return None
        if active.until <= self._clock():
            self.expire()
            return None
        request = active.request
        if request.exchange not in {None, exchange}:
            return None
        return request if request.share >= 1 or self._chance() < request.share else None
