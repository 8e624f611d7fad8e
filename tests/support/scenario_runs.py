"""Runs a scenario that a test writes, in a real Locust, against a server that a test serves."""

import os
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from textwrap import dedent
from typing import ClassVar

from toolkit.config import pyproject
from toolkit.load.definitions import LoadDefinitions
from toolkit.load.load_plan import LoadPlan
from toolkit.load.load_target import LoadTarget
from toolkit.load.results import LoadOutcome
from toolkit.load.run import RunOptions, run

_PROJECT = """
[project]
name = "small"
version = "0"
[tool.toolkit]
loadtests = "loadtests"
[tool.toolkit.services.shop]
url = "http://127.0.0.1:1"
"""
JUDGED = '''
"""Buys things."""
from locust import task, constant
from toolkit.load.workload import DefaultLoad, Loop
from toolkit.load_generator.users import JudgedUser
'''


class Paths(BaseHTTPRequestHandler):
    """Answers /200 with 200 and so on; keeps a connection open, and remembers who asked what."""

    protocol_version = "HTTP/1.1"
    asked: ClassVar[list[tuple[str, int]]]  # path, and the client's port

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.path, self.client_address[1]))
        body = b'{"token": "abc"}'
        self.send_response(int(self.path.strip("/").partition("/")[0] or 200))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *_: object) -> None:
        """Write nothing."""


def remembering() -> type[Paths]:
    """A handler with a memory of its own."""

    class Remembering(Paths):
        asked: ClassVar[list[tuple[str, int]]] = []

    return Remembering


def write_scenario(root: Path, source: str, name: str = "buy") -> Path:
    """A project with this scenario; its folder."""
    (root / "loadtests").mkdir(exist_ok=True)
    (root / "pyproject.toml").write_text(_PROJECT, encoding="utf-8")
    (root / "loadtests/__init__.py").write_text("", encoding="utf-8")
    (root / f"loadtests/{name}.py").write_text(dedent(source).lstrip(), encoding="utf-8")
    return root


def run_scenario(
    root: Path,
    source: str,
    url: str,
    *,
    options: RunOptions | None = None,
    said: list[str] | None = None,
    prometheus: str = "http://127.0.0.1:9",
    **plan: object,
) -> LoadOutcome:
    """Write the scenario, run it as `toolkit load` does, and give the outcome."""
    settings = pyproject.load(write_scenario(root, source))
    to = LoadTarget(url=url, prometheus=prometheus, environment=os.environ)
    made = LoadPlan(scenario="buy", url=url, **plan)  # type: ignore[arg-type] # fields by name
    progress = (said if said is not None else []).append
    return run(settings, LoadDefinitions(), to, (made,), options or RunOptions(), progress=progress)
