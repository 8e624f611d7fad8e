"""Why no order came of a webhook, in the words of its answer."""

from target_app.exchanges.order_placement import Order
from target_app.exchanges.venue import Venue
from target_app.exchanges.venue_errors import Fate, VenueError
from target_app.execution.response_bodies import Problem, RefusalError
from target_app.execution.signals.payload import Signal

_CODES = {
    Fate.REFUSED: "exchange_refused",
    Fate.UNSENT: "exchange_failed",
    Fate.UNKNOWN: "outcome_unknown",
}
# When a client may send again what certainly was not sent on.
_NOTHING_SENT_SECONDS = 1.0


def invalid(field: str, kind: str, message: str) -> RefusalError:
    """One field of the webhook cannot be executed as it is."""
    problem = Problem(field, kind, message, field)
    return RefusalError("validation", f"Problems with: {field}.", problems=(problem,))


def not_traded(signal: Signal, *, missing: str) -> RefusalError:
    """No exchange trades the symbol; or one that may is `missing`, for the reason that it says."""
    if missing:
        detail = f"An exchange is not loaded yet: {missing}"
        return RefusalError("not_ready", detail, retry_after=1.0)
    where = signal.exchange or "any configured exchange"
    return invalid("symbol", "unknown", f"is not traded at {where}")


def left_alone(venue: Venue, wait: float) -> RefusalError:
    """The circuit breaker is open, for `wait` seconds more."""
    return RefusalError(
        "circuit_open",
        f"{venue.name} is left alone for {wait:.1f} s more.",
        retry_after=wait,
        extra={"exchange": venue.name},
    )


def asked_for_quiet(venue: Venue, seconds: float) -> RefusalError:
    """The exchange has said when it wants to hear of us again."""
    return RefusalError(
        "exchange_busy",
        f"{venue.name} asked to be left alone for {seconds:.1f} s more.",
        retry_after=seconds,
        extra={"exchange": venue.name},
    )


def no_price(venue: Venue, error: VenueError) -> RefusalError:
    """The exchange does not say what a market order would cost."""
    return RefusalError(
        "exchange_failed",
        f"{venue.name} quotes no price: {error}",
        retry_after=error.retry_after or _NOTHING_SENT_SECONDS,
        extra={"exchange": venue.name, "reason": error.reason},
    )


def no_balance(venue: Venue, error: VenueError) -> RefusalError:
    """The exchange does not say what is held there."""
    return RefusalError(
        "exchange_failed",
        f"{venue.name} does not say what is held: {error}",
        retry_after=error.retry_after or _NOTHING_SENT_SECONDS,
        extra={"exchange": venue.name, "reason": error.reason},
    )


def order_failed(venue: Venue, order: Order, error: VenueError) -> RefusalError:
    """The exchange refused the order, did not get it, or did not say what became of it."""
    return RefusalError(
        _CODES[error.fate],
        f"{venue.name}: {error}",
        retry_after=_retry_after(error),
        extra={
            "client_order_id": order.client_order_id,
            "exchange": venue.name,
            "reason": error.reason,
        },
    )


def _retry_after(error: VenueError) -> float | None:
    """Where nothing was sent, the same webhook may come again: after the exchange's own wait."""
    if error.fate is not Fate.UNSENT:
        return None
    return error.retry_after or _NOTHING_SENT_SECONDS
