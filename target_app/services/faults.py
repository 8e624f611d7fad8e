"""Faults of a service for drills: set by name, each is cleared after a while by itself."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

DEFAULT_DURATION_SECONDS, LONGEST_DURATION_SECONDS = 300.0, 86_400.0


class Switch(Protocol):
    """Turns a fault on and off."""

    def __call__(self, *, on: bool, **parameters: Any) -> None:
        """`parameters` are the request's other fields; ValueError for one that is wrong."""


@dataclass(frozen=True, slots=True)
class _Active:
    until: float
    timer: asyncio.TimerHandle


class ServiceFaults:
    """What can be made to go wrong in one service: each name has a switch, on or off."""

    def __init__(self, switches: Mapping[str, Switch]) -> None:
        self.switches = switches
        self._active: dict[str, _Active] = {}

    def set(self, name: str, duration_seconds: float, **parameters: Any) -> None:
        """Set a fault, or set it anew. KeyError for a name that has no switch.

        ValueError for a parameter that is wrong.
        """
        self.switches[name](on=True, **parameters)
        self._forget(name)
        timer = asyncio.get_running_loop().call_later(duration_seconds, self.clear, name)
        self._active[name] = _Active(time.monotonic() + duration_seconds, timer)

    def clear(self, name: str) -> None:
        """Clear a fault, set or not. KeyError for a name that has no switch."""
        if self._forget(name):
            self.switches[name](on=False)
        elif name not in self.switches:
            raise KeyError(name)

    def shown(self) -> dict[str, Any]:
        """Each fault that is set, with the seconds that it has left."""
        now = time.monotonic()
        return {
            name: {"seconds_left": round(active.until - now, 3)}
            for name, active in self._active.items()
        }

    def _forget(self, name: str) -> bool:
        active = self._active.pop(name, None)
        if active is not None:
            active.timer.cancel()
        return active is not None
