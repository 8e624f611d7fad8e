"""A Locust user whose requests are judged: what the scenario expects is a success."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from locust import FastHttpUser

from toolkit.load.figures import NO_ANSWER, Judged, Outcome
from toolkit.load.plan import Load

SHOWN = 200  # characters of an unexpected answer's body that its failure quotes
_CONTEXT = "judged"
_SERVER_ERRORS = 400


class Answer:
    """One answer, judged once against what the scenario expects of it."""

    __slots__ = ("_late", "_response", "_user")

    def __init__(self, user: "JudgedUser", response: Any, late: float) -> None:
        self._user, self._response, self._late = user, response, late

    @property
    def status(self) -> int:
        """The HTTP status; 0 when no answer came."""
        return int(self._response.status_code)

    @property
    def body(self) -> bytes:
        """The answer's body; empty when no answer came."""
        return self._response.content or b""

    @property
    def headers(self) -> Mapping[str, str]:
        """The answer's headers; empty when no answer came."""
        return self._response.headers or {}

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
            refused = got >= _SERVER_ERRORS
            self._judge(Outcome.REFUSED if refused else Outcome.ACCEPTED, found)
            self._response.success()

    def expect_either(self, *expected: tuple[int, str]) -> None:
        """Success when the answer is any of the (status, code) given."""
        found = self._user.code(self.status, self.body) if self.status else NO_ANSWER
        for status, code in expected:
            if self.status == status and (not code or code == found):
                self.expect(status, code=code)
                return
        self.fail(" or ".join(f"{status} {code}".strip() for status, code in expected), found)

    def fail(self, expected: str, found: str) -> None:
        """A failure that shows what was expected, what came, and how the body begins."""
        if self.status:
            came = f"got {self.status}: {self.body.decode(errors='replace')[:SHOWN]}"
            reason = "unexpected_answer"
        else:
            error = self._response.error
            came = f"got no answer: {error!r}"[:SHOWN]
            reason = "timeout" if isinstance(error, TimeoutError) else "connection"
        self._failed(f"expected {expected}, {came}", found, reason)

    def raised(self, error: Exception) -> None:
        """The scenario itself failed while it looked at the answer."""
        found = self._user.code(self.status, self.body) if self.status else NO_ANSWER
        self._failed(f"the scenario raised {error!r}", found, "exception")

    def _failed(self, message: str, found: str, reason: str) -> None:
        self._judge(Outcome.FAILED, found, reason, message)
        self._response.failure(message)

    def _judge(self, outcome: Outcome, found: str, reason: str = "", message: str = "") -> None:
        meta = self._response.request_meta
        meta["response_time"] += self._late * 1000
        judged = Judged(
            outcome=outcome, answer=found, seconds=meta["response_time"] / 1000,
            reason=reason, message=message,
        )  # fmt: skip
        meta["context"] = {_CONTEXT: judged}


class JudgedUser(FastHttpUser):  # type: ignore[misc] # locust is read as Any
    """Sends when it is due, and counts latency from the moment it was due."""

    abstract = True
    load = Load()
    # A client that waits longer has given the request up; and the run must end.
    network_timeout = 10.0
    connection_timeout = 5.0

    def __init__(self, environment: Any) -> None:
        super().__init__(environment)
        self.hands = environment.hands
        self._due: float | None = None
        self._busy = False

    def on_start(self) -> None:
        """Wait for the first moment; `wait` lets Locust stop a user that waits.

        A scenario with a pace of its own (`wait_time`) begins as soon as it likes.
        """
        if type(self).wait_time is JudgedUser.wait_time:
            self.wait()

    def on_stop(self) -> None:
        """Give back a request that was cut off."""
        self._free()

    def wait_time(self) -> float:
        """Wait here until the next request is due; Locust itself then waits no longer."""
        self._free()
        self._due = self.hands.pacing.next()
        self._busy = True
        return 0.0

    def _free(self) -> None:
        if self._busy:
            self._busy = False
            self.hands.pacing.done()

    def code(self, status: int, body: bytes) -> str:
        """What was answered, in a word: a problem's `code` (RFC 9457), else the status."""
        if status < _SERVER_ERRORS:
            return str(status)
        try:
            return str(json.loads(body)["code"])
        except (ValueError, KeyError, TypeError):
            return str(status)

    @contextmanager
    def ask(
        self, method: str, path: str, *, name: str, body: bytes, headers: Mapping[str, str]
    ) -> Iterator[Answer]:
        """Send one request under the statistics name `name`; judge its answer inside.

        The first of a task counts from the moment it was due, the next ones from now.
        """
        leaves = time.perf_counter()
        late = leaves - self._due if self._due is not None else 0.0
        if self._due is not None:
            self.hands.delayed(late)
            self._due = None
        with self.client.request(
            method, path, data=body, headers=headers, name=name, catch_response=True
        ) as response:
            answer = Answer(self, response, late)
            try:
                yield answer
            except Exception as error:
                answer.raised(error)
                raise
