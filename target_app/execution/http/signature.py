"""Who sent this: HMAC-SHA256 over the raw body, or the shared passphrase."""

import hashlib
import hmac
from collections.abc import Sequence

_PREFIX = b"sha256="
_DIGITS = hashlib.sha256().digest_size * 2


def sign(secret: str, body: bytes) -> str:
    """The signature of `body`, as it stands in `X-Signature`."""
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


class Verifier:
    """Verifies against several live secrets, so that one can be rotated."""

    def __init__(self, secrets: Sequence[str], passphrase: str = "") -> None:
        # Keyed once: a copy costs a fraction of what keying does.
        self._keyed = tuple(hmac.new(s.encode(), digestmod=hashlib.sha256) for s in secrets)
        self._passphrase = passphrase.encode()

    @property
    def takes_passphrase(self) -> bool:
        """Whether a passphrase may stand in for a signature."""
        return bool(self._passphrase)

    def signed(self, body: bytes, header: bytes) -> bool:
        """Whether `header` signs `body` under any secret. Every secret is tried, always."""
        given = header.strip().lower().removeprefix(_PREFIX)
        if len(given) != _DIGITS:
            return False
        fits = False
        for keyed in self._keyed:
            right = keyed.copy()
            right.update(body)
            fits |= hmac.compare_digest(right.hexdigest().encode(), given)
        return fits

    def knows(self, passphrase: object) -> bool:
        """Whether `passphrase` is the configured one."""
        if not self._passphrase or not isinstance(passphrase, str):
            return False
        given = passphrase.encode(errors="surrogatepass")
        return hmac.compare_digest(given, self._passphrase)
