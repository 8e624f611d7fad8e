"""An answer is complete in a bounded time, and why there is none is said in words."""

import pytest

from tests.support.slow_server import dripping
from toolkit.errors import UnreachableError
from toolkit.http_client import HttpClient
from toolkit.unanswered_reasons import reason_of


@pytest.mark.parametrize("in_headers", [False, True])
def test_an_answer_that_never_ends_is_unreachable(*, in_headers: bool) -> None:
    """Each byte comes in time, and the whole never does."""
    with dripping(in_headers=in_headers) as url, pytest.raises(UnreachableError) as caught:
        HttpClient(name="Shop", url=url, hint="wait.", whole_seconds=0.3).get("/x")
    assert str(caught.value) == f"{url}/x: the answer was not complete in 0.3 s.\n  fix: wait."


REASONS = {
    "Max retries exceeded (Caused by [Errno 111] Connection refused)": "nothing listens there",
    "('Connection broken: IncompleteRead(51 bytes read, 9 more)', ())": "the answer broke off",
    "Exceeded 30 redirects.": "is sent on in a circle",
    "another reason.": "another reason",
}


@pytest.mark.parametrize(("said", "reason"), REASONS.items())
def test_why_there_is_no_answer_is_said_in_words(said: str, reason: str) -> None:
    assert reason_of(OSError(said)) == reason
