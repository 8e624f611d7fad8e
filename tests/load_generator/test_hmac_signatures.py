"""Signatures are those of the standard library's HMAC."""

import hashlib
import hmac

import pytest

from toolkit.load_generator.hmac_signatures import HmacSha256


@pytest.mark.parametrize("length", [0, 1, 63, 64, 65, 200])
def test_a_key_of_any_length_signs_as_the_standard_library_does(length: int) -> None:
    key = bytes(range(length))
    signatures = HmacSha256(key)
    for body in (b"", b"{}", b"x" * 1000):
        assert signatures.hex(body) == hmac.new(key, body, hashlib.sha256).hexdigest()
