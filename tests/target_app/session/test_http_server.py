"""How long a request says that its body is, whatever it says."""

import pytest

from target_app.session.http_server import _size

LONGEST = 65_536


@pytest.mark.parametrize(
    ("length", "size"),
    [("0", 0), ("12", 12), ("65536", LONGEST), ("99999", 99_999), ("", 0), ("-1", 0), ("²", 0)],
)
def test_a_length_is_what_it_says_where_that_is_a_number(length: str, size: int) -> None:
    assert _size(length) == size


@pytest.mark.parametrize("length", ["100000", "9" * 5000], ids=len)
def test_a_length_of_more_digits_is_too_long(length: str) -> None:
    assert _size(length) == LONGEST + 1
