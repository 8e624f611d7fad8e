"""Who signed a webhook: any live secret, over the raw body; or the passphrase."""

import hmac

import pytest

from target_app.execution.http.signature import Verifier, sign

BODY = b'{"symbol":"BTC/USDT"}'
DIGEST = hmac.new(b"new", BODY, "sha256").hexdigest()
SIGNED = {
    "as it is": DIGEST.encode(),
    "in capitals": DIGEST.upper().encode(),
    "after its algorithm": b"sha256=" + DIGEST.encode(),
    "in spaces": b" " + DIGEST.encode() + b" ",
}
NOT_SIGNED = {
    "nothing": b"",
    "the algorithm alone": b"sha256=",
    "a digit too few": DIGEST[:-1].encode(),
    "a digit too many": DIGEST.encode() + b"0",
    "another digit": (DIGEST[:-1] + ("0" if DIGEST[-1] != "0" else "1")).encode(),
    "twice the algorithm": b"sha256=sha256=" + DIGEST.encode(),
    "not ASCII": b"\xff" * 64,
}


@pytest.mark.parametrize("header", SIGNED.values(), ids=SIGNED)
@pytest.mark.parametrize("secrets", [("new",), ("new", "old"), ("old", "new")])
def test_any_secret_verifies(secrets: tuple[str, ...], header: bytes) -> None:
    assert Verifier(secrets).signed(BODY, header)


@pytest.mark.parametrize("header", NOT_SIGNED.values(), ids=NOT_SIGNED)
def test_anything_else_does_not(header: bytes) -> None:
    assert not Verifier(("old", "new")).signed(BODY, header)


def test_another_body_or_a_retired_secret_does_not() -> None:
    assert sign("new", BODY) == DIGEST
    assert not Verifier(("new",)).signed(BODY + b" ", DIGEST.encode())
    assert not Verifier(("old",)).signed(BODY, DIGEST.encode())
    assert not Verifier(()).signed(BODY, DIGEST.encode())


def test_a_passphrase_counts_only_where_one_is_configured() -> None:
    verifier = Verifier(("new",), "open")
    assert verifier.takes_passphrase
    assert [verifier.knows(x) for x in ("open", "Open", "", None, 5, "\ud800")] == [
        True,
        False,
        False,
        False,
        False,
        False,
    ]
    without = Verifier(("new",))
    assert not without.takes_passphrase
    assert not without.knows("")
