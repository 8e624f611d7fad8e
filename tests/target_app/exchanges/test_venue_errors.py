"""The translation of ccxt's errors covers the whole tree, and each reason is catalogued."""

import socket

import aiohttp
import ccxt
import pytest
from ccxt.base import errors

from target_app.exchanges.venue_errors import (
    TRANSLATION,
    Fate,
    is_missing,
    translated,
    unknown_reasons,
)


def every_error() -> list[type[Exception]]:
    found = [x for x in vars(errors).values() if isinstance(x, type)]
    return [x for x in found if issubclass(x, ccxt.BaseError)]


def test_every_error_of_ccxt_is_translated_by_itself_or_by_a_nearer_parent_than_the_root() -> None:
    roots = {"BaseError", "Exception", "BaseException", "object", "UnsubscribeError"}
    for error in every_error():
        names = {kind.__name__ for kind in error.__mro__} - roots
        assert names & TRANSLATION.keys() or error.__name__ in roots, error.__name__


def test_every_translation_names_an_error_that_ccxt_has_and_a_reason_that_is_catalogued() -> None:
    names = {error.__name__ for error in every_error()} | {"TimeoutError"}
    assert names >= TRANSLATION.keys()
    assert unknown_reasons() == set()


FATES: dict[str, tuple[Exception, str, Fate]] = {
    "too poor": (ccxt.InsufficientFunds("x"), "insufficient_funds", Fate.REFUSED),
    "a duplicate id": (ccxt.DuplicateOrderId("x"), "invalid_order", Fate.REFUSED),
    "a wrong key": (ccxt.AuthenticationError("x"), "authentication", Fate.REFUSED),
    "no permission": (ccxt.PermissionDenied("x"), "permission_denied", Fate.REFUSED),
    "429": (ccxt.RateLimitExceeded("x"), "rate_limited", Fate.UNSENT),
    "418": (ccxt.DDoSProtection("x"), "rate_limited", Fate.UNSENT),
    "a timeout": (ccxt.RequestTimeout("x"), "timeout", Fate.UNKNOWN),
    "a server error": (ccxt.ExchangeNotAvailable("x"), "unavailable", Fate.UNKNOWN),
    "rubbish": (ccxt.BadResponse("x"), "unknown", Fate.UNKNOWN),
    "an accident of our own": (ZeroDivisionError("x"), "unknown", Fate.UNKNOWN),
}


@pytest.mark.parametrize(("error", "reason", "fate"), FATES.values(), ids=FATES)
def test_fate(error: Exception, reason: str, fate: Fate) -> None:
    found = translated(error)
    assert (found.reason, found.fate, str(found)) == (reason, fate, "x")


def test_an_order_that_met_no_connection_may_be_sent_again_and_a_broken_one_may_not() -> None:
    for cause, fate in (
        (ConnectionRefusedError(), Fate.UNSENT),
        (ConnectionResetError(), Fate.UNKNOWN),
    ):
        error = ccxt.ExchangeNotAvailable("x")
        error.__cause__ = cause
        assert translated(error).fate is fate


def test_only_an_unknown_fate_is_cleared_up_by_its_cause() -> None:
    refused = ccxt.InsufficientFunds("x")
    refused.__cause__ = ConnectionRefusedError()
    assert (translated(refused).reason, translated(refused).fate) == (
        "insufficient_funds",
        Fate.REFUSED,
    )
    unsent = ccxt.RequestTimeout("x")
    unsent.__cause__ = ConnectionRefusedError()
    assert (translated(unsent).reason, translated(unsent).fate) == ("network", Fate.UNSENT)


def test_an_answer_that_broke_off_is_the_networks_trouble_whatever_ccxt_calls_it() -> None:
    error = ccxt.ExchangeError("binance POST https://x/api/v3/order")
    assert (translated(error).reason, translated(error).fate) == ("unknown", Fate.UNKNOWN)
    error.__cause__ = aiohttp.ClientPayloadError()
    assert (translated(error).reason, translated(error).fate) == ("network", Fate.UNKNOWN)


def test_an_error_without_a_message_has_its_name_and_a_long_one_is_cut() -> None:
    assert str(translated(ccxt.RequestTimeout())) == "RequestTimeout"
    assert str(translated(ccxt.RequestTimeout("x" * 301))) == "x" * 300


def test_keys_and_signatures_in_an_address_are_not_repeated() -> None:
    error = ccxt.RequestTimeout("binance GET https://x/api/v3/order?symbol=A&signature=beef")
    assert str(translated(error)) == "binance GET https://x/api/v3/order"


def test_a_missing_order_is_told_from_other_refusals() -> None:
    assert is_missing(ccxt.OrderNotFound("x"))
    assert not is_missing(ccxt.InvalidOrder("x"))


def test_only_the_exchanges_own_trouble_speaks_against_it() -> None:
    assert translated(ccxt.RequestTimeout("x")).is_trouble
    assert not translated(ccxt.InsufficientFunds("x")).is_trouble


def test_what_ccxt_has_no_class_for_is_no_refusal() -> None:
    """Seen: code -9999 after the order had been executed."""
    assert translated(ccxt.ExchangeError('binance {"code":-9999}')).fate is Fate.UNKNOWN
    assert translated(ccxt.NotSupported("paper: there is no such call")).fate is Fate.REFUSED


def test_the_reason_behind_an_error_of_the_network_is_told() -> None:
    error = ccxt.ExchangeNotAvailable("binance GET https://x/api/v3/ping")
    error.__cause__ = socket.gaierror(-2, "Name or service not known")
    assert str(translated(error)) == (
        "binance GET https://x/api/v3/ping: [Errno -2] Name or service not known"
    )
