"""An OpenAPI document, or requests that a browser recorded (HAR), as a load scenario."""

import json
import urllib.parse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from toolkit.adopt.import_result import Imported, ImportedSource
from toolkit.adopt.openapi_example_values import example, resolved
from toolkit.adopt.scenario_as_python import ScenarioRequest, scenario
from toolkit.adopt.values_as_python import identifier
from toolkit.findings import Location
from toolkit.prometheus.rules import Problem

_METHODS = ("get", "head", "post", "put", "patch", "delete")
_SERVER_ERRORS = 500
# What a browser adds to every request, and the load generator's client says itself.
_KEPT_HEADERS = frozenset({"accept", "content-type", "x-requested-with"})


def is_requests(path: Path) -> bool:
    """Whether a `.json` or `.har` file is one of these, and not a dashboard."""
    if path.suffix == ".har":
        return True
    try:
        document = _read(path)
    except ValueError:
        return False
    return "openapi" in document or "entries" in _object(document, "log")


def _read(path: Path) -> Mapping[str, Any]:
    """What the file holds. Raises ValueError with what is wrong with it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ValueError(f"cannot be read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from None
    return found if isinstance(found, Mapping) else {}


def _object(document: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """What stands under the key; nothing where that is no object."""
    found = document.get(key)
    return found if isinstance(found, Mapping) else {}


def import_requests(paths: Sequence[Path], folder: str) -> Imported:
    """A scenario in `folder` for each of the files."""
    result = Imported()
    for path in paths:
        try:
            document = _read(path)
        except ValueError as error:
            result += Imported(left=(_problem(path, f"{error}."),))
            continue
        if "openapi" in document:
            result += _import_openapi(path, document, folder)
        else:
            result += _import_har(path, _object(document, "log"), folder)
    return result


def _imported(
    path: Path,
    folder: str,
    title: str,
    requests: Sequence[ScenarioRequest],
    left: Sequence[Problem],
    *,
    in_order: bool,
) -> Imported:
    target = f"{folder}/{identifier(path.stem, 'scenario')}.py"
    if not requests:
        problem = _problem(path, "holds no request that can be sent.")
        return Imported(left=(*left, problem))
    text = scenario(title, path.name, requests, in_order=in_order)
    source = ImportedSource(str(path), target, {"requests": len(requests)})
    return Imported({target: text}, (source,), tuple(left))


def _problem(path: Path, message: str, fix: str = "") -> Problem:
    return Problem(Location(str(path), 1), message, fix)


def _import_openapi(path: Path, document: Mapping[str, Any], folder: str) -> Imported:
    requests: list[ScenarioRequest] = []
    left: list[Problem] = []
    for route, item in _object(document, "paths").items():
        for method in _METHODS:
            operation = item.get(method) if isinstance(item, Mapping) else None
            if not isinstance(operation, Mapping):
                continue
            where = f"{method.upper()} {route}"
            if operation.get("deprecated"):
                left.append(_problem(path, f"{where}: deprecated."))
                continue
            try:
                parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
                given = _Given(route, [resolved(x, document) for x in parameters], document)
                requests.append(_operation(where, method, operation, given, document))
            except (KeyError, ValueError) as error:
                left.append(_problem(path, f"{where}: {error.args[0]}.", "write it by hand."))
            except (AttributeError, TypeError):
                left.append(_problem(path, f"{where}: is not written as OpenAPI has it."))
    title = str(_object(document, "info").get("title", path.stem))
    headline = f"{title}: does it answer as it documents?"
    return _imported(path, folder, headline, requests, left, in_order=False)


class _Given:
    """Where a request goes with the parameters that it must have: path, query, headers."""

    def __init__(
        self, route: str, parameters: Sequence[Mapping[str, Any]], document: Mapping[str, Any]
    ) -> None:
        self.path, self.headers = route, dict[str, str]()
        query = dict[str, str]()
        for each in parameters:
            kind, name = each["in"], str(each["name"])
            value = str(each.get("example", example(each.get("schema", {}), document)))
            if kind == "path":
                self.path = self.path.replace(f"{{{name}}}", urllib.parse.quote(value, safe=""))
            elif each.get("required") and kind in {"query", "header"}:
                (query if kind == "query" else self.headers)[name] = value
        self.path += f"?{urllib.parse.urlencode(query)}" if query else ""


def _operation(
    where: str,
    method: str,
    operation: Mapping[str, Any],
    given: _Given,
    document: Mapping[str, Any],
) -> ScenarioRequest:
    """Raises ValueError for what cannot be sent, KeyError for a reference that leads nowhere."""
    body = resolved(operation.get("requestBody", {}), document)
    content = body.get("content", {})
    kind = next((k for k in content if k.endswith("json")), "")
    if content and not kind and body.get("required"):
        raise ValueError(f"its body is {next(iter(content))}, and not JSON")
    return ScenarioRequest(
        method=method.upper(),
        path=given.path,
        name=where,
        about=str(operation.get("summary", "")),
        statuses=_statuses(operation),
        json=_body(content[kind], document) if kind else None,
        headers=given.headers,
        needs_token=bool(operation.get("security", document.get("security"))),
    )


def _body(media: Mapping[str, Any], document: Mapping[str, Any]) -> Any:
    if "example" in media:
        return media["example"]
    for each in media.get("examples", {}).values():
        return resolved(each, document).get("value")
    return example(media.get("schema", {}), document)


def _statuses(operation: Mapping[str, Any]) -> tuple[int, ...]:
    """The documented answers that are no fault of the service's own."""
    found = sorted(
        int(str(status)[0] + "00") if str(status).upper().endswith("XX") else int(status)
        for status in operation.get("responses", {})
        if str(status)[:1].isdigit()
    )
    return tuple(status for status in found if status < _SERVER_ERRORS) or (200,)


def _import_har(path: Path, log: Mapping[str, Any], folder: str) -> Imported:
    requests: list[ScenarioRequest] = []
    left: list[Problem] = []
    origin = ""
    for number, entry in enumerate(log.get("entries") or [], start=1):
        try:
            request, here = _recorded(entry)
        except (AttributeError, KeyError, TypeError, ValueError):
            left.append(_problem(path, f"entry {number}: is not written as HAR has it."))
            continue
        origin = origin or here
        if here != origin:
            left.append(_problem(path, f"{request.name}: of {here}, and not of {origin}."))
        elif 0 in request.statuses:
            left.append(_problem(path, f"{request.name}: was never answered."))
        else:
            requests.append(request)
    headline = f"{path.stem}: what a browser did at {origin}, over and over."
    return _imported(path, folder, headline, requests, left, in_order=True)


def _recorded(entry: Mapping[str, Any]) -> tuple[ScenarioRequest, str]:
    """One request of a recording, and its origin. Raises various for what is no entry."""
    request, status = entry["request"], int(entry["response"]["status"])
    parts = urllib.parse.urlsplit(request["url"])
    headers = {
        each["name"]: each["value"]
        for each in request.get("headers", [])
        if each["name"].lower() in _KEPT_HEADERS
    }
    made = ScenarioRequest(
        method=request["method"],
        path=(parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
        name=f"{request['method']} {parts.path}",
        about="",
        # A browser's cache answered 304; a user that has none gets the whole.
        statuses=(200, 304) if status == 304 else (status,),  # noqa: PLR2004
        body=str(request.get("postData", {}).get("text", "")),
        headers=headers,
    )
    return made, f"{parts.scheme}://{parts.netloc}"
