"""A Locust user whose requests are judged: what the scenario expects is a success."""

import json as json_text
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from types import TracebackType
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
_NO_REPLY = Reply()
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
    ) -> "AskedRequest":
        """Send one request under the statistics name `name`, else its path; judge it inside.

        `json` is sent in place of a `body`. At most so many `redirects` are followed. The first
        request of a task counts from the moment it was due, the next ones from now.
        """
        if json is not None:
            body = json_text.dumps(json).encode()
            headers = {"Content-Type": "application/json", **headers}
        return AskedRequest(
            self,
            self._http,
            method,
            path,
            name=name or path,
            body=body,
            headers=headers,
            redirects=redirects,
        )


class AskedRequest(AbstractContextManager[Answer]):
    """Sends as the block begins, and counts the answer as it ends.

    A class: `contextlib.contextmanager` costs three times as much, for each request.
    """

    __slots__ = (
        *("_answer", "_began", "_body", "_due", "_headers", "_http", "_leaves", "_method"),
        *("_name", "_path", "_redirects", "_reply", "_user"),
    )

    def __init__(
        self,
        user: JudgedUser,
        http: Client,
        method: str,
        path: str,
        *,
        name: str,
        body: bytes,
        headers: Mapping[str, str],
        redirects: int,
    ) -> None:
        self._user, self._http = user, http
        self._method, self._path, self._name = method, path, name
        self._body, self._headers, self._redirects = body, headers, redirects
        self._reply = _NO_REPLY

    def __enter__(self) -> Answer:
        """Send, and wait for the answer."""
        self._began, self._leaves = time.time(), time.perf_counter()
        self._due = self._user.left(self._leaves)
        try:
            self._reply = self._http.send(
                self._method, self._path, self._body, self._headers, redirects=self._redirects
            )
        except BaseException as error:
            # The end of the run, or a gevent.Timeout of the scenario's own; what else is raised
            # here was not sent.
            if not isinstance(error, Exception):
                self._report(_ended(self._answered(), error))
            raise
        return self._answered()

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _tb: TracebackType | None,
    ) -> None:
        """Count it as it was judged, or as what was raised has it."""
        answer = self._answer
        if error is None:
            self._report(answer.judged or answer.judge_by_status())
            return
        if isinstance(error, GeneratorExit):
            return  # nobody is there any more
        wrong = _wrong(answer, error)
        self._report(wrong or _ended(answer, error))
        if wrong is not None:
            # The task cannot go on without the answer; Locust begins the next one.
            raise RescheduleTask from error

    def _answered(self) -> Answer:
        now = time.perf_counter()
        self._answer = Answer(self._user.code, self._reply, now - self._due, now - self._leaves)
        return self._answer

    def _report(self, judged: JudgedRequest) -> None:
        """Tell Locust's listeners, of which its statistics are one and ours another."""
        failed = judged.outcome is RequestOutcome.FAILED
        self._user.environment.events.request.fire(
            request_type=self._method,
            name=self._name,
            url=self._path,
            response_time=judged.seconds * 1000,
            response_length=len(self._reply.body),
            response=self._reply,
            context={_CONTEXT: judged},
            exception=CatchResponseError(judged.message) if failed else None,
            start_time=self._began,
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
