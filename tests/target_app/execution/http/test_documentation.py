"""The OpenAPI document says what the code does."""

import json
from collections.abc import Callable
from typing import Any

from target_app.execution.http.documentation import _ABOUT, _EXAMPLES
from target_app.execution.http.webhook import PATH
from target_app.execution.response_bodies import CODES
from target_app.execution.settings import MARKETS
from target_app.execution.signals.field_names import FIELDS
from target_app.execution.signals.fields import Notes
from target_app.execution.signals.normalise import Symbols
from target_app.execution.signals.payload import decode, read
from tests.support.service_in_process import Served

Serve = Callable[..., Served]


def described(service: Served) -> dict[str, Any]:
    return service.get("/openapi.json").json


def test_every_endpoint_is_described(serve: Serve) -> None:
    paths = described(serve(admin_token="t"))["paths"]
    assert set(paths) == {
        PATH, "/health", "/ready", "/metrics", "/admin/faults", "/admin/faults/{fault}",
        "/admin/halt", "/orders/{order_id}",
    }  # fmt: skip
    assert "/admin/faults" not in described(serve())["paths"]


def test_the_webhook_lists_every_field_and_every_code(serve: Serve) -> None:
    document = described(serve())
    assert tuple(_ABOUT) == FIELDS
    assert set(document["components"]["schemas"]["Webhook"]["properties"]) == set(FIELDS)
    told = {status: str(answer) for status, answer in
            document["paths"][PATH]["post"]["responses"].items()}  # fmt: skip
    for code, (status, _, _) in CODES.items():
        assert status in {404, 405} or f"`{code}`" in told[str(status)]


def test_the_examples_are_understood() -> None:
    for example in _EXAMPLES.values():
        value: Any = example["value"]
        read(decode(json.dumps(value).encode()), Symbols(MARKETS), ("paper",), Notes())


def test_the_page_for_people_has_all_of_it_and_loads_nothing(serve: Serve) -> None:
    service = serve(admin_token="a-token-for-these-tests")
    answer = service.get("/docs")
    assert answer.status == 200
    text = answer.body.decode()
    found = service.get("/openapi.json").json
    for path, methods in found["paths"].items():
        for method in methods:
            assert f"{method.upper()} {path}</code>" in text
    for name in found["components"]["schemas"]:
        assert f"<h3 id={name}>" in text
    assert "Buy at the market, sized by the service" in text
    for loads in ("<script", "src=", "<link", "http://", "https://", "@import"):
        assert loads not in text
