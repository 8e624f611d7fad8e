"""A Locust user whose requests are judged: what the scenario expects is a success."""

import json as json_text
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from gevent import GreenletExit
from locust import FastHttpUser
from locust.exception import (
    CatchResponseError,
    InterruptTaskSet,
    RescheduleTask,
    RescheduleTaskImmediately,
    StopTest,
    StopUser,
)

from toolkit.load.statistics import JudgedRequest, RequestOutcome
from toolkit.load_generator.http_connection import Reply
from toolkit.load_generator.locust_options import connection_settings
from toolkit.load_generator.response_check import ERRORS, Answer, UnexpectedAnswerError
from toolkit.load_generator.scheduled_users import ScheduledUser
from toolkit.load_generator.user_http_client import Client, ConnectionSettings

_CONTEXT = "judged"
_NO_HEADERS: Mapping[str, str] = {}
# What a scenario raises to say how it goes on; no errors.
_CONTROL = (InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopTest, StopUser)


class JudgedUser(ScheduledUser, FastHttpUser):  # type: ignore[misc] # locust is read as Any
    """Sends when it is due, and counts latency from the moment it was due.

    `timeout_seconds` is for a whole request, unless the command line says another.
    """

    abstract = True
    timeout_seconds = 10.0
    connection_timeout = 5.0
    insecure = False
    tells_unfinished = True

    def __init__(self, environment: Any) -> None:
        settings = self._settings(environment)
        # Of `self.client`, which a scenario may use too: one for the process, not for each user.
        self.ssl_context_factory = lambda **_: settings.ssl_context()
        super().__init__(environment)
        self._http = Client(
            self.host,
            settings,
            connected=self.sender.connected,
            shaken_hands=self.sender.shaken_hands,
        )

    def _settings(self, environment: Any) -> ConnectionSettings:
        return connection_settings(
            environment.parsed_options,
            timeout_seconds=self.timeout_seconds,
            connect_seconds=self.connection_timeout,
            insecure=self.insecure,
            proxy=f"http://{self.proxy_host}:{self.proxy_port}" if self.proxy_host else "",
        )

    def on_stop(self) -> None:
        """Give back a request that was cut off, and the connection."""
        super().on_stop()
        self._http.close()

    def code(self, status: int, body: bytes) -> str:
        """What was answered, in a word: a problem's `code` (RFC 9457), else the status."""
        if status < ERRORS:
            return str(status)
        try:
            return str(json_text.loads(body)["code"])
        except (ValueError, KeyError, TypeError):
            return str(status)

    @contextmanager
    def ask(
        self,
        method: str,
        path: str,
        *,
        name: str = "",
        body: bytes = b"",
        json: Any = None,
        headers: Mapping[str, str] = _NO_HEADERS,
        redirects: int = 0,
    ) -> Iterator[Answer]:
        """Send one request under the statistics name `name`, else its path; judge it inside.

        `json` is sent in place of a `body`. At most so many `redirects` are followed. The first
        request of a task counts from the moment it was due, the next ones from now.
        """
        if json is not None:
            body = json_text.dumps(json).encode()
            headers = {"Content-Type": "application/json", **headers}
        asked = {"request_type": method, "name": name or path, "url": path}
        began, leaves = time.time(), time.perf_counter()
        due = self.left(leaves)
        try:
            reply = self._http.send(method, path, body, headers, redirects=redirects)
        except BaseException as error:
            # The end of the run, or a gevent.Timeout of the scenario's own; what else is raised
            # here was not sent.
            if not isinstance(error, Exception):
                answer = self._answer(Reply(), due, leaves)
                self._report(Reply(), _ended(answer, error), began, **asked)
            raise
        answer = self._answer(reply, due, leaves)
        try:
            yield answer
        except GeneratorExit:
            raise  # nobody is there any more
        except BaseException as error:
            wrong = _wrong(answer, error)
            self._report(reply, wrong or _ended(answer, error), began, **asked)
            if wrong is None:
                raise
            # The task cannot go on without the answer; Locust begins the next one.
            raise RescheduleTask from error
        self._report(reply, answer.judged or answer.judge_by_status(), began, **asked)

    def _answer(self, reply: Reply, due: float, left: float) -> Answer:
        now = time.perf_counter()
        return Answer(self.code, reply, now - due, now - left)

    def _report(self, reply: Reply, judged: JudgedRequest, began: float, **asked: str) -> None:
        """Tell Locust's listeners, of which its statistics are one and ours another."""
        failed = judged.outcome is RequestOutcome.FAILED
        self.environment.events.request.fire(
            **asked,
            response_time=judged.seconds * 1000,
            response_length=len(reply.body),
            response=reply,
            context={_CONTEXT: judged},
            exception=CatchResponseError(judged.message) if failed else None,
            start_time=began,
        )


def _wrong(answer: Answer, error: BaseException) -> JudgedRequest | None:
    """The answer's failure where the exception follows from it; None for the scenario's own."""
    if isinstance(error, _CONTROL) or not isinstance(error, Exception):
        return None
    if answer.judged is not None and answer.judged.outcome is RequestOutcome.FAILED:
        return answer.judged
    if isinstance(error, UnexpectedAnswerError | AssertionError):
        return answer.fail(str(error) or "what the scenario asserts")
    if not 0 < answer.status < ERRORS and answer.judged is None:
        return answer.judge_by_status()
    return None


def _ended(answer: Answer, error: BaseException) -> JudgedRequest:
    """What is counted of an answer whose task ended by something else."""
    if isinstance(error, _CONTROL):
        return answer.judged or answer.judge_by_status()
    if isinstance(error, GreenletExit):
        return answer.judged or answer.cut_off()
    return answer.raised(error)
