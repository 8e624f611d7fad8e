"""Why no order came of a webhook, in the words of its answer."""

from target_app.exchanges.venue import Order, Venue
from target_app.exchanges.venue_errors import Fate, VenueError
from target_app.execution.answers import Problem, RefusalError
from target_app.execution.signals.payload import Signal

_CODES = {
    Fate.REFUSED: "exchange_refused",
    Fate.UNSENT: "exchange_failed",
    Fate.UNKNOWN: "outcome_unknown",
}


def invalid(field: str, kind: str, message: str) -> RefusalError:
    """One field of the webhook cannot be executed as it is."""
    problem = Problem(field, kind, message, field)
    return RefusalError("validation", f"Problems with: {field}.", problems=(problem,))


def not_traded(signal: Signal, *, ready: bool) -> RefusalError:
    """No exchange trades the symbol; or not yet, where not all of them are loaded."""
    if not ready:
        return RefusalError("not_ready", "Exchanges are still being loaded.", retry_after=1.0)
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


def no_price(venue: Venue, error: VenueError) -> RefusalError:
    """The exchange does not say what a market order would cost."""
    return RefusalError(
        "exchange_failed",
        f"{venue.name} quotes no price: {error}",
        extra={"exchange": venue.name, "reason": error.reason},
    )


def order_failed(venue: Venue, order: Order, error: VenueError) -> RefusalError:
    """The exchange refused the order, did not get it, or did not say what became of it."""
    return RefusalError(
        _CODES[error.fate],
        f"{venue.name}: {error}",
        extra={
            "client_order_id": order.client_order_id,
            "exchange": venue.name,
            "reason": error.reason,
        },
    )
