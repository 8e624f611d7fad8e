"""The numbers of a query: whole ones, as long as a stream's numbers may be."""

import pytest
from starlette.requests import Request

from target_app.services.http_server import RefusedError, _whole


def asked(query: bytes) -> Request:
    return Request({"type": "http", "query_string": query, "headers": []})


@pytest.mark.parametrize(
    ("query", "number"), [(b"", 7), (b"after=0", 0), (b"after=" + b"9" * 18, 10**18 - 1)]
)
def test_a_whole_number_is_one_and_the_default_where_there_is_none(
    query: bytes, number: int
) -> None:
    assert _whole(asked(query), "after", 7) == number


@pytest.mark.parametrize("text", ["-1", "1.5", "x", "", "%C2%B2", "9" * 19, "9" * 5000], ids=len)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(RefusedError) as raised:
        _whole(asked(f"after={text}".encode()), "after", 7)
    assert raised.value.status_code == 422
    assert raised.value.detail.startswith("after: '")
    assert raised.value.detail.endswith("' is not a whole number.")
