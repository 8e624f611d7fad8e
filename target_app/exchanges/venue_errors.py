"""The one translation of ccxt's error tree: what failed, and what is known of the order.

Goes by the names of an error's classes, so that it needs no import of ccxt.
Source of the tree: https://github.com/ccxt/ccxt/wiki/Manual#exception-hierarchy
"""

import re
from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol

from target_app.catalogue import ERROR_TYPE


class Fate(StrEnum):
    """What a failed call may have done."""

    REFUSED = "refused"  # the exchange answered no: nothing was done
    UNSENT = "unsent"  # the exchange did not get it, or turned it away unread: may be sent again
    UNKNOWN = "unknown"  # it may have been done: look before doing it again


class ErrorCode(Protocol):
    """One exchange's word for what failed; see `order_ids_and_error_codes_by_exchange`."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """What the error's text holds."""

    @property
    def reason(self) -> str:
        """The catalogue's word for it."""

    @property
    def fate(self) -> Fate:
        """What is known of the order."""


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
    # Raised by ccxt itself, before anything is sent.
    "NotSupported": ("invalid_order", Fate.REFUSED),
    # What ccxt has no class for: nobody has said that nothing was done.
    "ExchangeError": ("unknown", Fate.UNKNOWN),
}
# aiohttp's and the system's word for "no connection was made", so nothing was sent.
_NEVER_CONNECTED = frozenset({"ClientConnectorError", "ConnectionRefusedError", "gaierror"})
# Errors under ccxt's that say why: no such host, refused, a certificate.
_SAY_WHY = frozenset({"OSError", "ClientError"})
_QUERY = re.compile(r"\?\S*")
# The exchange's own trouble, as against an order that it will not take.
TROUBLE = frozenset({"rate_limited", "network", "timeout", "unavailable", "unknown"})


class VenueError(Exception):
    """Read `fate` before doing anything with the order; `reason` is the catalogue's."""

    def __init__(
        self, reason: str, fate: Fate, message: str, *, retry_after: float | None = None
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.fate = fate
        self.retry_after = retry_after  # seconds, where the exchange asked for a wait

    @classmethod
    def unanswered(cls, message: str) -> "VenueError":
        """Something is not known yet: ask again later."""
        return cls("unknown", Fate.UNKNOWN, message)

    @property
    def is_trouble(self) -> bool:
        """Whether it speaks against the exchange's health, and not against the order."""
        return self.reason in TROUBLE


def translated(error: BaseException, codes: Sequence[ErrorCode] = ()) -> VenueError:
    """The VenueError that says what `error`, raised by a ccxt client, means.

    The exchange's own `codes` decide before ccxt's classes do.
    """
    names = [kind.__name__ for kind in type(error).__mro__]
    text = str(error)
    reason, fate = next(
        ((code.reason, code.fate) for code in codes if code.pattern.search(text)),
        next(
            (TRANSLATION[name] for name in names if name in TRANSLATION), ("unknown", Fate.UNKNOWN)
        ),
    )
    causes = {kind.__name__ for kind in type(error.__cause__).__mro__}
    # ccxt's ExchangeError is also what it makes of an answer that breaks off.
    if "ClientError" in causes and (fate is Fate.REFUSED or reason == "unknown"):
        reason, fate = "network", Fate.UNKNOWN
    if fate is Fate.UNKNOWN and causes & _NEVER_CONNECTED:
        reason, fate = "network", Fate.UNSENT
    # ccxt puts whole addresses into its messages; their queries hold keys and signatures.
    message = _QUERY.sub("", text)[:300] or type(error).__name__
    if error.__cause__ is not None and causes & _SAY_WHY:
        message = f"{message}: {_QUERY.sub('', str(error.__cause__))[:200]}"
    return VenueError(reason, fate, message)


def is_missing(error: BaseException) -> bool:
    """Whether the exchange says that it has no such order."""
    return any(kind.__name__ == "OrderNotFound" for kind in type(error).__mro__)


def unknown_reasons() -> set[str]:
    """Reasons that the catalogue does not have; empty when the two agree."""
    return {reason for reason, _ in TRANSLATION.values()} - set(ERROR_TYPE)
