"""The OpenAPI document says what the code does."""

import json
from collections.abc import Callable
from typing import Any

import pytest

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
        PATH,
        "/health",
        "/ready",
        "/metrics",
        "/admin/faults",
        "/admin/faults/{fault}",
        "/admin/halt",
        "/orders/{order_id}",
    }
    assert "/admin/faults" not in described(serve())["paths"]


def test_the_webhook_lists_every_field_and_every_code(serve: Serve) -> None:
    document = described(serve())
    assert tuple(_ABOUT) == FIELDS
    assert set(document["components"]["schemas"]["Webhook"]["properties"]) == set(FIELDS)
    told = {
        status: str(answer)
        for status, answer in document["paths"][PATH]["post"]["responses"].items()
    }
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


TOKEN = {"Authorization": "Bearer a-token-for-these-tests"}
REFUSED: dict[str, tuple[str, str, dict[str, str], bytes, str]] = {
    "an order without a signature": ("get", "/orders/{order_id}", {}, b"", "invalid_signature"),
    "metrics from outside": ("get", "/metrics", {}, b"", "forbidden"),
    "no token": ("get", "/admin/halt", {}, b"", "invalid_token"),
    "no such fault": ("delete", "/admin/faults/{fault}", TOKEN, b"", "not_found"),
    "a fault that is not JSON": ("post", "/admin/faults", TOKEN, b"{", "not_json"),
    "a fault without its name": ("post", "/admin/faults", TOKEN, b"{}", "validation"),
    "a halt with a number": ("post", "/admin/halt", TOKEN, b"1", "validation"),
    "a long halt": ("post", "/admin/halt", TOKEN, b" " * 100_000, "too_large"),
}


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_each_route_lists_what_it_refuses(
    serve: Serve, case: tuple[str, str, dict[str, str], bytes, str]
) -> None:
    method, path, headers, body, code = case
    service = serve(admin_token="a-token-for-these-tests", metrics_ips=("10.0.0.0/8",))
    asked = path.replace("{order_id}", "x").replace("{fault}", "x")
    answer = service.request(method.upper(), asked, body=body, headers=list(headers.items()))
    assert answer.code == code
    listed = described(service)["paths"][path][method]["responses"]
    assert f"`{code}`" in listed[str(answer.status)]["description"]


def test_no_route_is_without_its_refusals(serve: Serve) -> None:
    for path, methods in described(serve(admin_token="t"))["paths"].items():
        for method, route in methods.items():
            assert "429" in route["responses"], f"{method} {path}"
