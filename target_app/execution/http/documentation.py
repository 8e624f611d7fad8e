"""The OpenAPI document: what FastAPI knows, and the webhook, which it does not serve."""

from collections.abc import Collection
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from target_app.execution.http.webhook import PATH
from target_app.execution.response_bodies import CODES
from target_app.execution.signals.field_names import FIELDS
from target_app.execution.signals.fields import ORDER_TYPES, REQUIRED

_NUMBER: dict[str, Any] = {"oneOf": [{"type": "number"}, {"type": "string"}, {"type": "null"}]}
_ABOUT: dict[str, dict[str, Any]] = {
    "symbol": {"type": "string", "description": "`BTC/USDT` in any usual spelling"},
    "side": {
        "type": "string",
        "description": "buy, sell, or close (exit, flat): sell what is held; in any case",
    },
    "order_type": {"type": "string", "enum": [*ORDER_TYPES], "default": "market"},
    "quantity": _NUMBER | {"description": "in the base coin; sized by the service when absent"},
    "price": _NUMBER | {"description": "of a limit order"},
    "stop_loss": _NUMBER,
    "take_profit": _NUMBER,
    "atr": _NUMBER | {"description": "average true range, for volatility_adjusted sizing"},
    "confidence": _NUMBER | {"description": "0 to 1; 1 when absent"},
    "timestamp": {
        "oneOf": [{"type": "number"}, {"type": "string"}],
        "description": "epoch seconds, epoch milliseconds or ISO 8601",
    },
    "source": {"type": ["string", "null"]},
    "id": {
        "type": ["string", "integer", "null"],
        "description": "the client's own key: the same one never makes a second order",
    },
    "exchange": {"type": ["string", "null"]},
    "passphrase": {"type": "string", "description": "in place of a signature, where configured"},
    "reduce_only": {
        "type": ["boolean", "string", "null"],
        "description": "sell what is free at most, and never more than is held",
    },
    "dry_run": {
        "type": ["boolean", "string", "null"],
        "description": "check and size the order, and send it nowhere",
    },
}
_EXAMPLES = {
    "market": {
        "summary": "Buy at the market, sized by the service",
        "value": {
            "symbol": "BTC/USDT", "side": "buy", "confidence": 0.85,
            "timestamp": "2030-01-01T00:00:00Z", "source": "ml_model", "id": "signal-1",
        },
    },
    "limit": {
        "summary": "A limit order with both protective orders",
        "value": {
            "symbol": "ETHUSDT", "side": "sell", "order_type": "limit", "quantity": "0.5",
            "price": "3300", "stop_loss": "3400", "take_profit": "3000",
            "timestamp": 1893456000,
        },
    },
    "tradingview": {
        "summary": "As TradingView's placeholders fill it",
        "value": {
            "ticker": "BINANCE:BTCUSDT", "action": "BUY", "contracts": "0.01",
            "price": "NaN", "stop_loss": "NaN", "timestamp": "2030-01-01T00:00:00Z",
        },
    },
}  # fmt: skip
_PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "duplicate"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "enum": sorted(CODES)},
        "detail": {"type": "string"},
        "duplicate": {"type": "boolean"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "pointer", "code", "message"],
                "properties": {
                    name: {"type": "string"} for name in ("field", "pointer", "code", "message")
                },
            },
        },
    },
}
_RESULT = {
    "type": "object",
    "required": ["duplicate", "order_id", "client_order_id", "status", "sizing"],
    "properties": {
        "duplicate": {"type": "boolean", "description": "true when this was answered before"},
        "order_id": {"type": "string"},
        "client_order_id": {
            "type": "string",
            "description": "The order's id in the journal, and at the exchange where it takes it: "
            "`i-` and the webhook's `id`, else `x-` and a hash.",
        },
        "status": {"type": "string"},
        "filled": {"type": "string"},
        "average": {"type": ["string", "null"]},
        "exchange": {"type": "string"},
        "symbol": {"type": "string"},
        "side": {"type": "string", "enum": ["buy", "sell"]},
        "order_type": {"type": "string", "enum": [*ORDER_TYPES]},
        "quantity": {"type": "string"},
        "price": {"type": ["string", "null"]},
        "id": {"type": ["string", "null"]},
        "sizing": {"type": "object"},
        "legs": {
            "type": "array",
            "items": {"type": "object"},
            "description": "The protective orders (stop-loss, take-profit) and what became of each",
        },
        "protected": {"type": "boolean", "description": "whether the position has all of them"},
        "unprotected_because": {"type": "string"},
        "dry_run": {"type": "boolean", "description": "true when nothing was sent"},
    },
}


# What each route may refuse, beside the webhook, whose codes are all of them.
_BY_TOKEN = ("forbidden", "invalid_token", "rate_limited")
_REFUSALS: dict[str, tuple[str, ...]] = {
    "get /health": ("rate_limited",),
    "get /ready": ("rate_limited",),
    "get /metrics": ("forbidden", "rate_limited"),
    "get /admin/faults": _BY_TOKEN,
    "post /admin/faults": ("not_json", "too_large", "validation", *_BY_TOKEN),
    "delete /admin/faults": _BY_TOKEN,
    "delete /admin/faults/{fault}": ("not_found", *_BY_TOKEN),
    "get /admin/halt": _BY_TOKEN,
    "post /admin/halt": ("too_large", "validation", "unavailable", *_BY_TOKEN),
    "delete /admin/halt": _BY_TOKEN,
    "get /orders/{order_id}": (
        "forbidden",
        "invalid_signature",
        "not_found",
        "rate_limited",
        "unavailable",
    ),
}
_SIGNED_BY_HEADERS = [
    {
        "name": "X-Timestamp",
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": "the time in epoch seconds",
    },
    {
        "name": "X-Signature",
        "in": "header",
        "required": True,
        "schema": {"type": "string"},
        "description": "hex HMAC-SHA256 of three lines: GET, the path, X-Timestamp",
    },
]


def document(api: FastAPI) -> dict[str, Any]:
    """The whole document."""
    made = get_openapi(title=api.title, version=api.version, routes=api.routes)
    for path, methods in made["paths"].items():
        for method, route in methods.items():
            # FastAPI's own refusal of a path, which is text whatever it holds.
            route["responses"].pop("422", None)
            route["responses"] |= _refusals(_REFUSALS[f"{method} {path}"])
    made["paths"]["/ready"]["get"]["responses"]["503"] = {
        "description": "No orders are taken now; the body says why",
        "content": {"application/json": {"schema": {"type": "object"}}},
    }
    made["paths"]["/orders/{order_id}"]["get"]["parameters"] += _SIGNED_BY_HEADERS
    made["paths"][PATH] = {"post": _webhook()}
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    schemas |= {"Webhook": _payload(), "OrderResult": _RESULT, "Problem": _PROBLEM}
    return made


def _payload() -> dict[str, Any]:
    return {
        "type": "object",
        "required": [*REQUIRED],
        "properties": {name: _ABOUT[name] for name in FIELDS},
    }


def _webhook() -> dict[str, Any]:
    answers: dict[str, Any] = {
        "200": {
            "description": "The order was placed, now or when this webhook first came",
            "content": {"application/json": {"schema": _ref("OrderResult")}},
        }
    }
    answers |= _refusals([code for code, about in CODES.items() if about[0] not in {404, 405}])
    return {
        "summary": "Turn a signed trading signal into an order",
        "operationId": "webhook",
        "parameters": [
            {
                "name": "X-Signature",
                "in": "header",
                "schema": {"type": "string"},
                "description": "hex HMAC-SHA256 of the raw body, `sha256=` before it or not",
            }
        ],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": _ref("Webhook"), "examples": _EXAMPLES}},
        },
        "responses": answers,
    }


def _refusals(codes: Collection[str]) -> dict[str, Any]:
    """The problem documents of these codes, by HTTP status."""
    answers = {}
    for status in sorted({CODES[code][0] for code in codes}):
        those = sorted(code for code in codes if CODES[code][0] == status)
        answers[str(status)] = {
            "description": "; ".join(f"`{code}`: {CODES[code][1]}" for code in those),
            "content": {"application/problem+json": {"schema": _ref("Problem")}},
        }
    return answers


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}
