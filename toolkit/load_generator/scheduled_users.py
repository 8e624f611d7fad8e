"""A Locust user whose tasks begin when they are due, whatever protocol it speaks."""

import functools
import time
from typing import Any

from locust import User
from locust.exception import CatchResponseError, StopUser
from locust.user.task import LOCUST_STATE_WAITING, TaskSet

from toolkit.load.workload import DefaultLoad
from toolkit.load_generator.unfinished_requests import unfinished

# What `wait_time` gives of a user that has just been woken: compared by identity.
_HAS_WAITED = float("0")


class ScheduledUser(User):  # type: ignore[misc] # locust is read as Any
    """Begins a task at each moment that it is given; in a closed loop, as soon as it is free.

    One with a `wait_time` of its own paces itself: no rate, and no number of requests, is for it.
    """

    abstract = True
    load = DefaultLoad()
    tells_unfinished = False
    """Whether the class itself counts a request that is cut off when the run ends."""

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.sender = environment.sender
        self._due: float | None = None
        self._due_had_waited = False
        self._has_due_time = False
        self._left = 0.0
        self._begins_no_more = False

    def start(self, group: Any) -> Any:
        """Start as Locust does, and take part in what falls due from now on."""
        greenlet = super().start(group)
        if paces_by_schedule(type(self)):
            users = self.sender.due_times.users
            users.join(type(self))
            greenlet.link(lambda _greenlet: self._left_for_good())
        return greenlet

    def _left_for_good(self) -> None:
        """The user is gone, perhaps by an exception after which Locust calls no `on_stop`."""
        self.sender.due_times.users.leave(type(self))
        self._give_back()

    def stop(self, force: bool = False) -> Any:  # noqa: FBT001, FBT002 - as Locust has it
        """Stop as Locust does. One that waits begins nothing more, though it is woken already.

        Locust kills it, and would cut off a request that leaves before the kill comes.
        """
        self._begins_no_more = not force and self._state == LOCUST_STATE_WAITING
        return super().stop(force)

    def on_start(self) -> None:
        """Wait for the first moment; `wait` lets Locust stop a user that waits.

        A scenario with a `wait_time` of its own begins at once.
        """
        # Otherwise the first task of every user would be sent at once, and not when it is due.
        if paces_by_schedule(type(self)):
            self.wait()

    def on_stop(self) -> None:
        """Give back a moment whose task was cut off, or was not even begun."""
        if self._has_due_time and self._due is not None:
            # Locust stopped the user between its wait and its task.
            self._has_due_time = False
            self.sender.due_times.not_begun(self._due)
        elif self._has_due_time and not self.tells_unfinished:
            self._tell_unfinished()
        self._give_back()

    def _tell_unfinished(self) -> None:
        """Count a task that was cut off: of another protocol nobody knows what it waited for."""
        judged = unfinished(time.perf_counter() - self._left)
        self.environment.events.request.fire(
            request_type="task",
            name=f"{type(self).__name__}: unfinished task",
            response_time=judged.seconds * 1000,
            response_length=0,
            context={"judged": judged},
            exception=CatchResponseError(judged.message),
        )

    def wait_time(self) -> float:
        """Wait here until the next task is due; Locust itself then waits no longer."""
        self._give_back()
        due_times = self.sender.due_times
        # Locust calls this between tasks, so that the user can be stopped while it waits.
        self._due = due_times.next(type(self))
        # Kept: what is given to another user meanwhile changes it.
        self._due_had_waited = due_times.has_waited
        self._has_due_time = True
        return _HAS_WAITED if due_times.user_has_waited else 0.0

    def _give_back(self) -> None:
        if self._has_due_time:
            self._has_due_time = False
            self.sender.due_times.done()

    def left(self, now: float) -> float:
        """A request leaves `now`; when it was due.

        The first of a task counts from the task's moment, the next ones from now.
        """
        if self._begins_no_more:
            raise StopUser
        self._left = now
        if self._due is None:
            return now
        due, self._due = self._due, None
        # From the due time: a request that waited for a free user has waited for the service.
        self.sender.left(now - due, waited=self._due_had_waited)
        return due


def paces_by_schedule(user: type[Any]) -> bool:
    """Whether the class sends when it is due; any other paces itself."""
    return issubclass(user, ScheduledUser) and user.wait_time is ScheduledUser.wait_time


def skip_needless_turns() -> None:
    """From now on, a user that is woken as its task is due begins it at once.

    Locust makes a turn of the event loop even of a wait of nothing, so that whatever else is
    ready goes first: the request leaves later. A user that did not wait makes its turn: in a
    closed loop all that have an answer then send in one go, which wakes the server once.
    """
    if not hasattr(TaskSet._sleep, "__wrapped__"):  # noqa: SLF001 - no other way to begin at once
        TaskSet._sleep = _sleeping(TaskSet._sleep)  # noqa: SLF001


def _sleeping(sleep: Any) -> Any:
    @functools.wraps(sleep)
    def wrapped(self: Any, seconds: float) -> None:
        if seconds is not _HAS_WAITED:
            sleep(self, seconds)

    return wrapped
