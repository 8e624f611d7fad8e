"""The wait that an exchange asks for, in its header or in its text."""

import time
from email.utils import formatdate

import pytest

from target_app.exchanges.raw_http_responses import seconds_to_wait

WAITS = {
    "seconds": (429, {"Retry-After": "12"}, "", 12.0),
    "the header in small letters": (418, {"retry-after": " 3 "}, "{}", 3.0),
    "unavailable, with an end": (503, {"Retry-After": "30"}, "", 30.0),
    "a date that has passed": (429, {"Retry-After": formatdate(0, usegmt=True)}, "", 0.0),
    "as long as nobody bans": (429, {"Retry-After": "9" * 30}, "", 3 * 86_400.0),
    "nothing said": (429, {}, "", 0.0),
    "words": (429, {"Retry-After": "soon"}, "", 0.0),
    "digits of another script": (429, {"Retry-After": "١٢"}, "", 0.0),
    "an answer that went well": (200, {"Retry-After": "12"}, "{}", 0.0),
}


@pytest.mark.parametrize(("status", "headers", "body", "wait"), WAITS.values(), ids=WAITS)
def test_the_wait(status: int, headers: dict[str, str], body: str, wait: float) -> None:
    assert seconds_to_wait(status, headers, body) == wait


@pytest.mark.parametrize("said", ["a date", "milliseconds", "seconds"])
def test_the_wait_until_a_moment(said: str) -> None:
    end = time.time() + 86_400
    status, headers, body = {
        "a date": (429, {"Retry-After": formatdate(end, usegmt=True)}, ""),
        "milliseconds": (418, {}, f"IP banned until {int(end * 1000)}. Please use"),
        "seconds": (200, {}, f"EService: Throttled: {int(end)}"),
    }[said]
    # The clock goes on between the two lines: by less than an hour, on the slowest machine.
    assert seconds_to_wait(status, headers, body) == pytest.approx(86_400, abs=3600)
