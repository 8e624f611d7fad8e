"""One position for each market, whatever it was bought and sold in."""

from decimal import Decimal

from target_app.session.positions import Position, Positions


def test_what_is_bought_again_is_added_and_what_is_sold_taken_away() -> None:
    held = Positions()
    held.open(Position("BTC/USDT", Decimal(2), Decimal(200), step=3))
    held.open(Position("BTC/USDT", Decimal(2), Decimal(220), step=9))
    assert held.get("BTC/USDT") == Position("BTC/USDT", Decimal(4), Decimal(420), step=3)
    assert held.reduce("BTC/USDT", Decimal(1)) is False
    assert held.get("BTC/USDT") == Position("BTC/USDT", Decimal(3), Decimal(315), step=3)
    assert len(held) == 1
    assert held.reduce("BTC/USDT", Decimal(3)) is True
    assert held.get("BTC/USDT") is None
    assert len(held) == 0
