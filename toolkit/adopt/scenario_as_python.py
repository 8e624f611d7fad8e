"""A load scenario as Python source: requests, and the answers that each may get."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from toolkit.adopt.values_as_python import INDENT, distinct, identifier, literal, text

_HEAD = '''"""{title}

Written from {source}. Change it as you like: values that fit your data, weights of
tasks (`@task(3)`), and what is expected of each answer.
"""

{imports}from locust import task

from toolkit.load.workload import DefaultLoad
from toolkit.load_generator.users import JudgedUser
{constants}

class Visitor(JudgedUser):
    """{what}"""

    load = DefaultLoad(rate=10, seconds=20)
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRequest:
    """One request. `statuses` are the answers that are as they should be."""

    method: str
    path: str
    name: str
    about: str
    statuses: tuple[int, ...]
    json: Any = None
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    needs_token: bool = False


def scenario(
    title: str, source: str, requests: Sequence[ScenarioRequest], *, in_order: bool
) -> str:
    """The module: a task for each request, or one task for all of them in order."""
    token = any(request.needs_token for request in requests)
    head = _HEAD.format(
        title=title.replace("\\", " ").replace('"""', "'''"),
        source=source,
        imports="import os\n\n" if token else "",
        constants='\nTOKEN = os.environ.get("LOAD_TOKEN", "")\n' if token else "",
        what="Sends what was recorded, in order."
        if in_order
        else "Sends one request after another.",
    )
    if in_order:
        steps = "".join(_ask(request) for request in requests)
        return f"{head}\n{INDENT}@task\n{INDENT}def visit(self) -> None:\n{steps}"
    taken = {"load", "wait", "code", "ask", "on_start", "on_stop", "client", "host"}
    parts = [head]
    for request in requests:
        name = distinct(identifier(request.name, "request"), taken)
        about = text(request.about)[1:-1].replace('\\"', "'") if request.about else ""
        doc = f'{INDENT * 2}"""{about}"""\n' if about and len(about) < 80 else ""  # noqa: PLR2004
        parts.append(f"\n{INDENT}@task\n{INDENT}def {name}(self) -> None:\n{doc}{_ask(request)}")
    return "".join(parts)


def _ask(request: ScenarioRequest) -> str:
    indent = INDENT * 2
    arguments = [text(request.method), text(request.path), f"name={text(request.name)}"]
    if request.json is not None:
        arguments.append(f"json={_python(request.json)}")
    elif request.body:
        arguments.append(f"body={request.body.encode()!r}")
    headers = _headers(request)
    if headers:
        arguments.append(f"headers={headers}")
    call = f"{indent}with self.ask({', '.join(arguments)}) as answer:\n"
    if len(call) > 100:  # noqa: PLR2004 - a line of the house
        inner = "".join(f"{indent}{INDENT}{argument},\n" for argument in arguments)
        call = f"{indent}with self.ask(\n{inner}{indent}) as answer:\n"
    return call + f"{indent}{INDENT}{_expectation(request.statuses)}\n"


def _headers(request: ScenarioRequest) -> str:
    pairs = [f"{text(key)}: {text(value)}" for key, value in request.headers.items()]
    if request.needs_token:
        pairs.append('"Authorization": f"Bearer {TOKEN}"')
    return "{" + ", ".join(pairs) + "}" if pairs else ""


def _python(value: Any) -> str:
    """A JSON value as Python: lists stay lists."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text(str(k))}: {_python(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_python, value)) + "]"
    return literal(value)


def _expectation(statuses: Sequence[int]) -> str:
    if len(statuses) == 1:
        return f"answer.expect({statuses[0]})"
    pairs = ", ".join(f'({status}, "")' for status in statuses)
    return f"answer.expect_either({pairs})"
