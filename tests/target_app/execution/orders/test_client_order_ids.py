"""The id that an order has at the exchange: the same for the same webhook, and in order."""

import re

import pytest

from tests.support.service_in_process import order_id


def test_the_order_id_follows_from_the_clients_id_or_else_from_the_body() -> None:
    assert order_id("Bot-7:a/b_c.1", b"1") == order_id("Bot-7:a/b_c.1", b"2") == "i-Bot-7:a/b_c.1"
    assert order_id(None, b"1", at=7.9) == "x-00000007-6b86b273ff34fce19d6b80"
    assert order_id(None, b"1") != order_id(None, b"2")
    assert order_id(None, b"1", at=1) < order_id(None, b"0", at=2) < order_id(None, b"2", at=16)


@pytest.mark.parametrize("own", ["a" * 32, "a b", "a\n", "ä", "\ud800", "a;b", "$(id)"])
def test_an_id_that_exchanges_refuse_is_hashed(own: str) -> None:
    assert re.fullmatch("x-[0-9a-f]{31}", order_id(own))
    assert order_id(own) == order_id(own, b"other body", at=2)
    assert order_id(own) != order_id(own + "1")


@pytest.mark.parametrize("own", [None, "a" * 31, "a" * 32, "x-00000007"])
def test_an_id_leaves_three_characters_for_a_protective_order_and_never_leads_like_one(
    own: str | None,
) -> None:
    # Source: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints
    entry = order_id(own, at=9e12)
    assert re.fullmatch(r"[.A-Z:/a-z0-9_-]{1,33}", entry)
    assert entry[:2] in {"x-", "i-"}  # a protective order's leads with sl- or tp-, three more
