"""Requests of Locust's own clients that are under way when a run ends: unfinished, not forgotten.

Locust stops a user within its request and tells nobody, so that a service that never answers
would be 100% successful in whatever it did answer.
"""

import functools
import time
from typing import Any

from gevent import GreenletExit
from locust.clients import HttpSession
from locust.contrib.fasthttp import FastHttpSession
from locust.exception import CatchResponseError
from locust.user.task import LOCUST_STATE_STOPPING

from toolkit.load.statistics import NO_ANSWER, UNFINISHED, JudgedRequest, RequestOutcome


def count_cut_off() -> None:
    """From now on, a request that is cut off is told to the listeners of requests, once."""
    for session in (HttpSession, FastHttpSession):
        if not hasattr(session.request, "__wrapped__"):
            session.request = _telling(session.request)


def _telling(request: Any) -> Any:
    @functools.wraps(request)
    def wrapped(self: Any, method: Any, url: Any, name: Any = None, *rest: Any, **more: Any) -> Any:
        began, left = time.time(), time.perf_counter()
        try:
            return request(self, method, url, name, *rest, **more)
        except GreenletExit:
            # One that Locust took for waiting, and killed as it began, was not waited for.
            if self.user._state != LOCUST_STATE_STOPPING:  # noqa: SLF001 - no other way to tell
                raise
            judged = unfinished(time.perf_counter() - left)
            self.request_event.fire(
                request_type=method,
                name=name or self.request_name or url,
                url=url,
                response_time=judged.seconds * 1000,
                response_length=0,
                response=None,
                context={"judged": judged},
                exception=CatchResponseError(judged.message),
                start_time=began,
            )
            raise

    return wrapped


def unfinished(seconds: float) -> JudgedRequest:
    """What is counted of a request that had been under way so long when the run ended."""
    return JudgedRequest(
        outcome=RequestOutcome.FAILED,
        answer=NO_ANSWER,
        seconds=seconds,
        service_seconds=seconds,
        reason=UNFINISHED,
        message=f"the run ended {seconds:.3g} s after the request had left",
    )
