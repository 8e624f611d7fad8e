"""Numbers of entries are in the order of their ids."""

import pytest

from target_app.services.bus.redis_entry_ids import IDENTITY, entry_id, key_of, number_of, time_of

IN_ORDER = ("0-1", "0-2", f"0-{2**64 - 1}", "1-0", "1-1", "1764165600000-0", "1764165600000-7")


@pytest.mark.parametrize("text", IN_ORDER)
def test_a_number_is_that_of_its_id_alone(text: str) -> None:
    assert entry_id(number_of(text)) == text
    assert number_of(text.encode()) == number_of(text)
    assert time_of(number_of(text)) == int(text.partition("-")[0])


def test_numbers_are_in_the_order_of_the_ids() -> None:
    numbers = [number_of(text) for text in IN_ORDER]
    assert numbers == sorted(numbers)
    assert numbers[1] - numbers[0] == 1


def test_a_stream_has_a_key_of_its_own() -> None:
    assert (key_of("orders"), IDENTITY) == ("trading:orders", "trading:identity")
