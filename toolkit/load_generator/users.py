"""A Locust user whose requests are judged: what the scenario expects is a success."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

from geventhttpclient.header import Headers
from locust import FastHttpUser
from locust.exception import CatchResponseError

from toolkit.load.statistics import NO_ANSWER, JudgedRequest, RequestOutcome
from toolkit.load.workload import DefaultLoad
from toolkit.load_generator.http_client import Client, Reply

SHOWN = 200  # characters of an unexpected answer's body that its failure quotes
_CONTEXT = "judged"
_ERRORS = 400


class Answer:
    """One answer, judged once against what the scenario expects of it."""

    __slots__ = ("_reply", "_seconds", "_user", "judged")

    def __init__(self, user: "JudgedUser", reply: Reply, seconds: float) -> None:
        self._user, self._reply, self._seconds = user, reply, seconds
        self.judged: JudgedRequest | None = None

    @property
    def status(self) -> int:
        """The HTTP status; 0 when no answer came."""
        return self._reply.status

    @property
    def body(self) -> bytes:
        """The answer's body; empty when no answer came."""
        return self._reply.body

    @property
    def headers(self) -> Headers:
        """The answer's headers; empty when no answer came."""
        return self._reply.headers

    def expect(self, status: int, *, code: str = "", header: str = "") -> None:
        """Success when status, the answer's code and a header's presence are as expected.

        `code` is what `JudgedUser.code` makes of the answer.
        """
        got = self.status
        found = self._user.code(got, self.body) if got else NO_ANSWER
        if got != status or (code and found != code):
            self.fail(f"{status} {code}".strip(), found)
        elif header and header not in self.headers:
            self.fail(f"{status} {code}".strip() + f" with {header}", found)
        else:
            refused = got >= _ERRORS
            self._judge(RequestOutcome.REFUSED if refused else RequestOutcome.ACCEPTED, found)

    def expect_either(self, *expected: tuple[int, str]) -> None:
        """Success when the answer is any of the (status, code) given."""
        found = self._user.code(self.status, self.body) if self.status else NO_ANSWER
        for status, code in expected:
            if self.status == status and (not code or code == found):
                self.expect(status, code=code)
                return
        self.fail(" or ".join(f"{status} {code}".strip() for status, code in expected), found)

    def fail(self, expected: str, found: str) -> JudgedRequest:
        """A failure that shows what was expected, what came, and how the body begins."""
        if self.status:
            came = f"got {self.status}: {self.body.decode(errors='replace')[:SHOWN]}"
            reason = "unexpected_answer"
        else:
            error = self._reply.error
            came = f"got no answer: {error!r}"[:SHOWN]
            reason = "timeout" if isinstance(error, TimeoutError) else "connection"
        return self._judge(RequestOutcome.FAILED, found, reason, f"expected {expected}, {came}")

    def raised(self, error: Exception) -> JudgedRequest:
        """The scenario itself raised while it judged the answer."""
        found = self._user.code(self.status, self.body) if self.status else NO_ANSWER
        message = f"the scenario raised {error!r}"
        return self._judge(RequestOutcome.FAILED, found, "exception", message)

    def judge_by_status(self) -> JudgedRequest:
        """What the scenario does not judge is a success under 400, as Locust has it."""
        found = self._user.code(self.status, self.body) if self.status else NO_ANSWER
        if not 0 < self.status < _ERRORS:
            return self.fail(f"a status under {_ERRORS}", found)
        return self._judge(RequestOutcome.ACCEPTED, found)

    def _judge(
        self, outcome: RequestOutcome, found: str, reason: str = "", message: str = ""
    ) -> JudgedRequest:
        self.judged = JudgedRequest(
            outcome=outcome, answer=found, seconds=self._seconds, reason=reason, message=message
        )
        return self.judged


class JudgedUser(FastHttpUser):  # type: ignore[misc] # locust is read as Any
    """Sends when it is due, and counts latency from the moment it was due."""

    abstract = True
    load = DefaultLoad()
    # A client that waits longer has given the request up; and the run must end.
    network_timeout = 10.0
    connection_timeout = 5.0

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.sender = environment.sender
        self._http = Client(
            self.host,
            insecure=self.insecure,
            network_timeout=self.network_timeout,
            connection_timeout=self.connection_timeout,
            proxy_host=self.proxy_host,
            proxy_port=self.proxy_port,
        )
        self._due: float | None = None
        self._has_due_time = False

    def on_start(self) -> None:
        """Wait for the first moment; `wait` lets Locust stop a user that waits.

        A scenario with a `wait_time` of its own begins at once.
        """
        # Otherwise the first task of every user would be sent at once, and not when it is due.
        if type(self).wait_time is JudgedUser.wait_time:
            self.wait()

    def on_stop(self) -> None:
        """Give back a request that was cut off, and the connection."""
        self._give_back()
        self._http.close()

    def wait_time(self) -> float:
        """Wait here until the next request is due; Locust itself then waits no longer."""
        self._give_back()
        # Locust calls this between tasks, so that the user can be stopped while it waits.
        self._due = self.sender.due_times.next()
        self._has_due_time = True
        return 0.0

    def _give_back(self) -> None:
        if self._has_due_time:
            self._has_due_time = False
            self.sender.due_times.done()

    def code(self, status: int, body: bytes) -> str:
        """What was answered, in a word: a problem's `code` (RFC 9457), else the status."""
        if status < _ERRORS:
            return str(status)
        try:
            return str(json.loads(body)["code"])
        except (ValueError, KeyError, TypeError):
            return str(status)

    @contextmanager
    def ask(
        self,
        method: str,
        path: str,
        *,
        name: str,
        body: bytes = b"",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> Iterator[Answer]:
        """Send one request under the statistics name `name`; judge its answer inside.

        The first of a task counts from the moment it was due, the next ones from now.
        """
        began, leaves = time.time(), time.perf_counter()
        # From the due time: a request that waited for a free user has waited for the service.
        due = self._due if self._due is not None else leaves
        if self._due is not None:
            self.sender.delayed(leaves - due)
            self._due = None
        reply = self._http.send(method, path, body, headers)
        answer = Answer(self, reply, time.perf_counter() - due)
        judged = None
        try:
            yield answer
        except Exception as error:
            judged = answer.raised(error)
            raise
        else:
            judged = answer.judged or answer.judge_by_status()
        finally:
            if judged is not None:  # else it was cut off
                self._report(reply, judged, began, request_type=method, name=name, url=path)

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
