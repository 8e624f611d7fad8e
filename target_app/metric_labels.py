"""The labels with many values that the catalogue's metrics have, and every value of each."""

from toolkit.catalogue import Label

# What a value is folded into that is not one of a label's own.
OTHER = "other"

STATUS = Label(
    "status",
    values=(
        "success",
        "duplicate",
        "invalid",
        "unauthorized",
        "forbidden",
        "stale",
        "low_confidence",
        "rate_limited",
        "circuit_open",
        "error",
    ),
)

FIELD = Label(
    "field",
    values=(
        "body",
        "symbol",
        "side",
        "order_type",
        "quantity",
        "price",
        "stop_loss",
        "take_profit",
        "confidence",
        "timestamp",
        "source",
        "id",
        "passphrase",
        "atr",
        "exchange",
        "reduce_only",
        "dry_run",
        OTHER,
    ),
)
PROBLEM = Label(
    "type",
    values=(
        "missing",
        "type",
        "range",
        "unknown",
        "not_finite",
        "malformed",
        "conflict",
        "unfilled",
    ),
)

ENDPOINT = Label(
    "endpoint",
    values=(
        "load_markets",
        "create_order",
        "fetch_order",
        "cancel_order",
        "fetch_balance",
        "fetch_ticker",
        "fetch_open_orders",
        "fetch_orders",
    ),
)

AUDIT_EVENT = Label(
    "event_type",
    values=(
        "signature_failed",
        "address_refused",
        "rate_limited",
        "body_too_large",
        "passphrase_used",
        "breaker_opened",
        "breaker_closed",
        "fault_set",
        "fault_cleared",
        "token_refused",
        "order_accepted",
        "order_refused",
        "order_settled",
        "protection_lost",
        "order_dry_run",
        "halted",
        "halt_lifted",
        "started",
        "stopped",
    ),
)
