"""The one translation of ccxt's error tree: what failed, and what is known of the order.

Goes by the names of an error's classes, so that it needs no import of ccxt.
Source of the tree: https://github.com/ccxt/ccxt/wiki/Manual#exception-hierarchy
"""

import re
from enum import StrEnum

from target_app.catalogue import ERROR_TYPE


class Fate(StrEnum):
    """What a failed call may have done."""

    REFUSED = "refused"  # the exchange answered no: nothing was done
    UNSENT = "unsent"  # the exchange did not get it, or turned it away unread: may be sent again
    UNKNOWN = "unknown"  # it may have been done: look before doing it again


# ccxt class → (reason in the catalogue, fate). The nearest class of an error's tree decides.
TRANSLATION: dict[str, tuple[str, Fate]] = {
    "InsufficientFunds": ("insufficient_funds", Fate.REFUSED),
    "InvalidOrder": ("invalid_order", Fate.REFUSED),
    "ArgumentsRequired": ("invalid_order", Fate.REFUSED),
    "BadSymbol": ("bad_symbol", Fate.REFUSED),
    "BadRequest": ("invalid_order", Fate.REFUSED),
    "PermissionDenied": ("permission_denied", Fate.REFUSED),
    "AccountSuspended": ("permission_denied", Fate.REFUSED),
    "AuthenticationError": ("authentication", Fate.REFUSED),
    "InvalidNonce": ("authentication", Fate.REFUSED),
    "RateLimitExceeded": ("rate_limited", Fate.UNSENT),
    "DDoSProtection": ("rate_limited", Fate.UNSENT),
    "OnMaintenance": ("unavailable", Fate.UNSENT),
    "ExchangeNotAvailable": ("unavailable", Fate.UNKNOWN),
    "RequestTimeout": ("timeout", Fate.UNKNOWN),
    "TimeoutError": ("timeout", Fate.UNKNOWN),
    "NetworkError": ("network", Fate.UNKNOWN),
    "OperationRejected": ("rejected", Fate.REFUSED),
    "OperationFailed": ("unavailable", Fate.UNKNOWN),
    "BadResponse": ("unknown", Fate.UNKNOWN),
    "ExchangeError": ("rejected", Fate.REFUSED),
}
# aiohttp's and the system's word for "no connection was made", so nothing was sent.
_NEVER_CONNECTED = frozenset({"ClientConnectorError", "ConnectionRefusedError", "gaierror"})
_QUERY = re.compile(r"\?\S*")
# The exchange's own trouble, as against an order that it will not take.
TROUBLE = frozenset({"rate_limited", "network", "timeout", "unavailable", "unknown"})


class VenueError(Exception):
    """Read `fate` before doing anything with the order; `reason` is the catalogue's."""

    def __init__(self, reason: str, fate: Fate, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.fate = fate

    @property
    def is_trouble(self) -> bool:
        """Whether it speaks against the exchange's health, and not against the order."""
        return self.reason in TROUBLE


def translated(error: BaseException) -> VenueError:
    """The VenueError that says what `error`, raised by a ccxt client, means."""
    names = [kind.__name__ for kind in type(error).__mro__]
    reason, fate = next(
        (TRANSLATION[name] for name in names if name in TRANSLATION), ("unknown", Fate.UNKNOWN)
    )
    causes = {kind.__name__ for kind in type(error.__cause__).__mro__}
    # ccxt's ExchangeError is also what it makes of an answer that breaks off.
    if fate is Fate.REFUSED and "ClientError" in causes:
        reason, fate = "network", Fate.UNKNOWN
    if fate is Fate.UNKNOWN and causes & _NEVER_CONNECTED:
        reason, fate = "network", Fate.UNSENT
    # ccxt puts whole addresses into its messages; their queries hold keys and signatures.
    message = _QUERY.sub("", str(error))[:300]
    return VenueError(reason, fate, message or type(error).__name__)


def is_missing(error: BaseException) -> bool:
    """Whether the exchange says that it has no such order."""
    return any(kind.__name__ == "OrderNotFound" for kind in type(error).__mro__)


def unknown_reasons() -> set[str]:
    """Reasons that the catalogue does not have; empty when the two agree."""
    return {reason for reason, _ in TRANSLATION.values()} - set(ERROR_TYPE)
