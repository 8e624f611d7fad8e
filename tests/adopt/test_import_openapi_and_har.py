"""OpenAPI documents and recorded requests as scenarios, run against the service they are of."""

import ast
import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import requests

from tests.support.scenario_runs import run_scenario
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.adopt.import_openapi_and_har import import_requests, is_requests
from toolkit.adopt.openapi_example_values import example
from toolkit.cli.import_ import import_
from toolkit.errors import ConfigurationError

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Shop"},
    "paths": {
        "/items/{id}": {
            "parameters": [{"name": "id", "in": "path", "schema": {"type": "integer"}}],
            "get": {
                "summary": "One item",
                "parameters": [
                    {"name": "q", "in": "query", "required": True, "schema": {"enum": ["a b"]}},
                    {"name": "page", "in": "query", "schema": {"type": "integer"}},
                ],
                "responses": {"200": {}, "404": {}, "503": {}},
            },
            "delete": {"deprecated": True, "responses": {"204": {}}},
        },
        "/orders": {
            "post": {
                "security": [{"bearer": []}],
                "requestBody": {
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/O"}}}
                },
                "responses": {"201": {}},
            },
            "put": {
                "requestBody": {"required": True, "content": {"multipart/form-data": {}}},
                "responses": {"200": {}},
            },
        },
    },
    "components": {
        "schemas": {
            "O": {
                "type": "object",
                "required": ["item", "tags", "when"],
                "properties": {
                    "item": {"type": "integer", "minimum": 5},
                    "tags": {"type": "array", "items": {"type": "string", "minLength": 6}},
                    "when": {"anyOf": [{"type": "null"}, {"type": "string", "format": "date"}]},
                    "note": {"type": "string"},
                },
            }
        }
    },
}


def imported(tmp_path: Path, document: object, name: str = "openapi.json"):  # type: ignore[no-untyped-def]  # noqa: ANN201
    path = tmp_path / name
    path.write_text(json.dumps(document), encoding="utf-8")
    assert is_requests(path)
    return import_requests([path], "loadtests")


def test_each_operation_is_a_task_that_expects_its_documented_answers(tmp_path: Path) -> None:
    found = imported(tmp_path, DOCUMENT)
    (text,) = found.texts.values()
    assert list(found.texts) == ["loadtests/openapi.py"]
    ast.parse(text)
    assert 'self.ask("GET", "/items/1?q=a+b", name="GET /items/{id}") as answer:' in text
    assert 'answer.expect_either((200, ""), (404, ""))' in text  # 503 is the service's own fault
    assert 'json={"item": 5, "tags": ["textxx"], "when": "2024-01-31"}' in text
    assert 'headers={"Authorization": f"Bearer {TOKEN}"}' in text
    assert "answer.expect(201)" in text
    assert [problem.message for problem in found.left] == [
        "DELETE /items/{id}: deprecated.",
        "PUT /orders: its body is multipart/form-data, and not JSON.",
    ]


def test_what_the_document_secures_needs_a_token_unless_the_operation_says_otherwise(
    tmp_path: Path,
) -> None:
    answers: dict[str, object] = {"responses": {"200": {}}}
    paths = {
        "/mine": {"get": answers},
        "/open": {"get": {"security": [], **answers}},
        "/own": {"get": {"security": [{"key": []}], **answers}},
    }
    document = {"openapi": "3.1.0", "info": {"title": "Shop"}, "paths": paths}
    token = 'headers={"Authorization": f"Bearer {TOKEN}"}'

    def secured(document: Mapping[str, object], name: str) -> list[str]:
        (text,) = imported(tmp_path, document, name).texts.values()
        calls = text.split("self.ask(")[1:]
        return [path for path in paths if any(path in x and token in x for x in calls)]

    assert secured(document, "bare.json") == ["/own"]
    assert secured(document | {"security": [{"bearer": []}]}, "secured.json") == ["/mine", "/own"]


def entry(url: str, status: int, **more: object) -> dict[str, object]:
    request = {"method": "GET", "url": url, "headers": [{"name": "Cookie", "value": "s"}], **more}
    return {"request": request, "response": {"status": status}}


def test_what_a_browser_recorded_is_one_task_in_order(tmp_path: Path) -> None:
    login = {"method": "POST", "postData": {"text": "a=1"}}
    entries = [
        entry("http://shop/a?x=1", 304),
        entry("http://shop/login", 302, **login),
        entry("http://other/pixel", 200),
        entry("http://shop/gone", 0),
    ]
    found = imported(tmp_path, {"log": {"entries": entries}}, "visit.har")
    (text,) = found.texts.values()
    ast.parse(text)
    assert text.count("    @task\n") == 1
    assert '"GET", "/a?x=1", name="GET /a"' in text
    assert 'answer.expect_either((200, ""), (304, ""))' in text
    assert "body=b'a=1'" in text
    assert text.index('"/a?x=1"') < text.index('"/login"')
    assert "Cookie" not in text
    assert [problem.message for problem in found.left] == [
        "GET /pixel: of http://other, and not of http://shop.",
        "GET /gone: was never answered.",
    ]


def test_a_file_without_requests_is_left(tmp_path: Path) -> None:
    found = imported(tmp_path, {"openapi": "3.0.0", "paths": {}})
    assert found.texts == {}
    assert "holds no request that can be sent" in found.left[0].message
    dashboard = tmp_path / "dashboard.json"
    dashboard.write_text("{}", encoding="utf-8")
    assert not is_requests(dashboard)


def test_requests_are_imported_where_nothing_else_is_defined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    table = '[tool.toolkit.services.shop]\nurl = "http://127.0.0.1:8080"\n'
    (tmp_path / "pyproject.toml").write_text(table, encoding="utf-8")
    document = {"openapi": "3.0.0", "paths": {"/a": {"get": {"responses": {"200": {}}}}}}
    (tmp_path / "openapi.json").write_text(json.dumps(document), encoding="utf-8")
    (tmp_path / "rules.yml").write_text("groups: []\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    import_(paths=[Path("openapi.json")])
    assert "wrote 1 file; next: toolkit load openapi\n" in capsys.readouterr().err
    assert '"GET", "/a"' in (tmp_path / "loadtests/openapi.py").read_text(encoding="utf-8")
    with pytest.raises(ConfigurationError, match="dashboards"):  # which needs the rest
        import_(paths=[Path("rules.yml")])


GOOD = {"request": {"method": "GET", "url": "http://shop/a"}, "response": {"status": 200}}
BROKEN = {
    "not JSON": ("a.har", "{", "not JSON: Expecting"),
    "too deep": ("a.har", '{"log":' + "[" * 100_000, "not JSON: maximum recursion depth exceeded"),
    "a log of nothing": ("a.har", '{"log": 5}', "holds no request that can be sent."),
    "no answer": (
        "a.har",
        json.dumps({"log": {"entries": [GOOD, {"request": GOOD["request"]}]}}),
        "entry 2: is not written as HAR has it.",
    ),
    "paths that are a list": (
        "a.json",
        '{"openapi": "3.1.0", "info": [], "paths": []}',
        "holds no request that can be sent.",
    ),
    "parameters that are none": (
        "a.json",
        '{"openapi": "3.1.0", "paths": {"/a": {"get": {"parameters": [5]}}}}',
        "GET /a: is not written as OpenAPI has it.",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_named_and_no_bug_of_toolkit(name: str, tmp_path: Path) -> None:
    file, text, words = BROKEN[name]
    path = tmp_path / file
    path.write_text(text, encoding="utf-8")
    imported = import_requests([path], "loadtests")
    assert words in imported.left[0].message
    assert bool(imported.texts) == (name == "no answer")


def test_a_file_that_is_not_there_is_not_one_without_requests(tmp_path: Path) -> None:
    (problem,) = import_requests([tmp_path / "away.har"], "loadtests").left
    assert problem.message == "cannot be read: No such file or directory."


def test_a_schema_that_holds_itself_has_an_example_all_the_same() -> None:
    tree = {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/tree"}}}
    assert "next" in example(tree, {"tree": tree})


@pytest.mark.programs
def test_the_bundled_services_own_document_becomes_a_scenario_that_it_answers(
    service: str, tmp_path: Path
) -> None:
    document = requests.get(f"{service}/openapi.json", timeout=PATIENCE_SECONDS).json()
    found = imported(tmp_path, document)
    (text,) = found.texts.values()
    outcome = run_scenario(tmp_path, text, service, rate=20.0, seconds=2, thresholds=("unsent>=0",))
    (result,) = outcome.results
    assert result.raised == 0
    assert result.requests + result.unsent == 40
    assert len(result.figures.names) > 1
    # Whatever is judged as failed is an answer that the document does not have.
    for message in result.errors:
        (method, route, status) = re.findall(r"^(\w+) (\S+): .* got (\d+): ", message)[0]
        assert status not in document["paths"][route][method.lower()]["responses"]
    assert result.successes > 0
