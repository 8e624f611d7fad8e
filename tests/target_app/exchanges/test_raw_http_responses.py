"""The wait that an exchange asks for, and what is no answer although its status is 200."""

import time
from email.utils import formatdate
from types import SimpleNamespace

import pytest

from target_app.exchanges.order_ids_and_error_codes_by_exchange import PROFILES
from target_app.exchanges.raw_http_responses import (
    ExchangeResponses,
    NotAnAnswerError,
    seconds_to_wait,
)

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


NO_ANSWERS = {
    "null": "without an object",
    "7": "without an object",
    '"text"': "without an object",
    "true": "without an object",
    "<html>": "without JSON",
    "": "without JSON",
}


@pytest.mark.parametrize(("body", "why"), NO_ANSWERS.items(), ids=NO_ANSWERS)
def test_a_200_without_an_object_is_told_in_words(body: str, why: str) -> None:
    client = SimpleNamespace(on_rest_response=lambda *_: "handed on")
    ExchangeResponses(client, PROFILES["binance"], lambda _: None)
    url = "https://api.example/api/v3/ticker/24hr?symbol=BTCUSDT"
    with pytest.raises(NotAnAnswerError, match=f"binance answered 200 {why}"):
        client.on_rest_response(200, "OK", url, "GET", {}, body)
    assert client.on_rest_response(200, "OK", url, "GET", {}, "{}") == "handed on"
    assert client.on_rest_response(404, "Not Found", url, "GET", {}, body) == "handed on"
