"""Which user gets the next request: classes by weight, and the users of a class in turn.

Every user class is a queue of its own. Moments go to the classes in proportion to how many
users of each live here, evenly mixed (smooth weighted round-robin); within a class the user
that has been idle longest is next, so that every identity sends as often as every other.
A class whose users are all busy keeps its moments waiting, even while others are idle: the
mix that the scenario declares is what the service gets, however slow one part of it is.
"""

from collections import deque
from collections.abc import Hashable
from typing import Any


class _ClassQueue:
    """The users of one class: who is idle, and what waits for one of them."""

    __slots__ = ("credit", "idle", "members", "waiting")

    def __init__(self) -> None:
        self.members = 0
        self.credit = 0
        self.idle: deque[Any] = deque()
        self.waiting: deque[float] = deque()

    @property
    def weight(self) -> int:
        # Users that never joined, as of a scenario that asks for its moments itself, are one.
        return self.members or bool(self.idle)


class UserQueues:
    """The users of one process that wait for something to do, by class."""

    def __init__(self) -> None:
        self._classes: dict[Hashable, _ClassQueue] = {}
        self._unclaimed: deque[float] = deque()  # fell due while there was no user at all
        self._had_users = False

    def join(self, kind: Hashable) -> None:
        """A user of the class `kind` lives from now on."""
        self._had_users = True
        self._of(kind).members += 1

    def leave(self, kind: Hashable) -> None:
        """A user of the class is gone. What waits for the last one goes to the others."""
        queue = self._of(kind)
        queue.members -= 1
        if not queue.members and queue.waiting:
            self._unclaimed.extend(queue.waiting)
            queue.waiting.clear()

    @property
    def are_abandoned(self) -> bool:
        """Whether every user that ever lived is gone."""
        return self._had_users and not any(x.members for x in self._classes.values())

    @property
    def waiting(self) -> int:
        """How many moments wait for a user."""
        return len(self._unclaimed) + sum(len(x.waiting) for x in self._classes.values())

    def claim(self, kind: Hashable) -> float | None:
        """The moment that has waited longest for a user of the class, if any."""
        queue = self._classes.get(kind)
        # Its own class's first. What is unclaimed fell due while nobody could take it: any may.
        if queue is not None and queue.waiting:
            return queue.waiting.popleft()
        return self._unclaimed.popleft() if self._unclaimed else None

    def add_idle(self, kind: Hashable, user: Any) -> None:
        """The user has nothing to do."""
        self._of(kind).idle.append(user)

    def remove_idle(self, kind: Hashable, user: Any) -> bool:
        """The user is gone; whether it was idle, and so had been given nothing."""
        idle = self._of(kind).idle
        if user in idle:
            idle.remove(user)
            return True
        return False

    def give(self, moment: float) -> Any | None:
        """The idle user whose turn it is; None when the moment has to wait for one."""
        queue = self._next_class()
        if queue is None:
            self._unclaimed.append(moment)
        elif queue.idle:
            return queue.idle.popleft()
        else:
            queue.waiting.append(moment)
        return None

    def any_idle(self) -> Any | None:
        """An idle user of any class, the one of the first class first."""
        for queue in self._classes.values():
            if queue.idle:
                return queue.idle.popleft()
        return None

    def drop_waiting(self) -> None:
        """What waits is given to nobody."""
        self._unclaimed.clear()
        for queue in self._classes.values():
            queue.waiting.clear()

    def _of(self, kind: Hashable) -> _ClassQueue:
        queue = self._classes.get(kind)
        if queue is None:
            queue = self._classes[kind] = _ClassQueue()
        return queue

    def _next_class(self) -> _ClassQueue | None:
        if len(self._classes) == 1:  # the usual case, many thousand times a second
            (only,) = self._classes.values()
            return only if only.weight else None
        best, total = None, 0
        for queue in self._classes.values():
            weight = queue.weight
            if not weight:
                continue
            total += weight
            # Smooth weighted round-robin: each gains its weight, the richest goes and pays for all.
            # Three users to one give A A B A, never A A A B, at every point of the sequence.
            queue.credit += weight
            if best is None or queue.credit > best.credit:
                best = queue
        if best is not None:
            best.credit -= total
        return best
