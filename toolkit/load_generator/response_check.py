"""One answer, judged against what the scenario expects of it. No locust here."""

import json
from collections.abc import Callable
from typing import Any

from geventhttpclient.header import Headers

from toolkit.load.statistics import NO_ANSWER, TIMED_OUT, UNFINISHED, JudgedRequest, RequestOutcome
from toolkit.load_generator.http_connection import Reply

SHOWN = 200  # characters of an unexpected answer's body that its failure quotes
ERRORS = 400  # the first status that is one

NameOfAnswer = Callable[[int, bytes], str]
"""What was answered, in a word, from status and body."""


class UnexpectedAnswerError(AssertionError):
    """End the task: the answer is not what was expected, which is said. It is counted as failed."""


class Answer:
    """One answer. It may be judged by several expectations; the first that fails it counts.

    `seconds` are since the request was due, `service_seconds` since it left.
    """

    __slots__ = ("_code", "_reply", "_seconds", "_service_seconds", "judged")

    def __init__(
        self, code: NameOfAnswer, reply: Reply, seconds: float, service_seconds: float
    ) -> None:
        self._code, self._reply = code, reply
        self._seconds, self._service_seconds = seconds, service_seconds
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

    def json(self) -> Any:
        """The body as JSON. One that is not fails the request, and ends the task."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise UnexpectedAnswerError("JSON") from None

    def expect(self, status: int, *, code: str = "", header: str = "") -> None:
        """Success when status, the answer's code and a header's presence are as expected.

        `code` is what the user's `code` makes of the answer.
        """
        got = self.status
        found = self._found()
        if got != status or (code and found != code):
            self.fail(f"{status} {code}".strip())
        elif header and header not in self.headers:
            self.fail(f"{status} {code}".strip() + f" with {header}")
        else:
            refused = got >= ERRORS
            self._judge(RequestOutcome.REFUSED if refused else RequestOutcome.ACCEPTED, found)

    def expect_either(self, *expected: tuple[int, str]) -> None:
        """Success when the answer is any of the (status, code) given."""
        found = self._found()
        for status, code in expected:
            if self.status == status and (not code or code == found):
                self.expect(status, code=code)
                return
        self.fail(" or ".join(f"{status} {code}".strip() for status, code in expected))

    def fail(self, expected: str, found: str = "") -> JudgedRequest:
        """A failure that shows what was expected, what came, and how the body begins.

        `found` says what was answered in a word, where `code` would not.
        """
        if self.status:
            came = f"got {self.status}: {self.body.decode(errors='replace')[:SHOWN]}"
            reason = "unexpected_answer"
        else:
            error = self._reply.error
            came = f"got no answer: {error!r}"[:SHOWN]
            reason = TIMED_OUT if isinstance(error, TimeoutError) else "connection"
        message = f"expected {expected}, {came}"
        return self._judge(RequestOutcome.FAILED, found or self._found(), reason, message)

    def raised(self, error: BaseException) -> JudgedRequest:
        """The scenario itself raised while it judged the answer."""
        message = f"the scenario raised {error!r}"
        return self._judge(RequestOutcome.FAILED, self._found_or_status(), "exception", message)

    def cut_off(self) -> JudgedRequest:
        """The run ended before the answer had come, or before it was judged."""
        message = f"the run ended {self._service_seconds:.3g} s after the request had left"
        return self._judge(RequestOutcome.FAILED, self._found_or_status(), UNFINISHED, message)

    def judge_by_status(self) -> JudgedRequest:
        """What the scenario does not judge is a success under 400, as Locust has it."""
        if not 0 < self.status < ERRORS:
            return self.fail(f"a status under {ERRORS}")
        return self._judge(RequestOutcome.ACCEPTED, self._found())

    def _found(self) -> str:
        return self._code(self.status, self.body) if self.status else NO_ANSWER

    def _found_or_status(self) -> str:
        """The same where the scenario's own `code` may be what raised: it must not raise again."""
        try:
            return self._found()
        except Exception:  # noqa: BLE001 - whatever a scenario raises
            return str(self.status)

    def _judge(
        self, outcome: RequestOutcome, found: str, reason: str = "", message: str = ""
    ) -> JudgedRequest:
        if self.judged is not None and self.judged.outcome is RequestOutcome.FAILED:
            return self.judged  # a later expectation that holds takes no failure back
        self.judged = JudgedRequest(
            outcome=outcome,
            answer=found,
            seconds=self._seconds,
            service_seconds=self._service_seconds,
            reason=reason,
            message=message,
        )
        return self.judged
