"""`docs/load-any-service.md`, followed to the letter against a shop that knows no toolkit."""

import json
import shlex
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import ClassVar

import pytest

from tests.support.documents import blocks
from tests.support.http_server import serving
from tests.support.repository import ROOT
from toolkit.cli.main import run

pytestmark = pytest.mark.programs

PAGE = ROOT / "docs/load-any-service.md"


class Shop(BaseHTTPRequestHandler):
    """Gives a token for a name and its password, and wants it for everything else."""

    protocol_version = "HTTP/1.1"
    names: ClassVar[list[str]]

    def do_GET(self) -> None:
        self._answer(200, []) if self._is_known() else self._answer(401, {})

    def do_POST(self) -> None:
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/login":
            self.names.append(sent["name"])
            right = sent["password"].startswith(sent["name"][0])
            self._answer(200 if right else 401, {"token": sent["name"]})
        elif self._is_known():
            self._answer(201, sent)
        else:
            self._answer(401, {})

    def _is_known(self) -> bool:
        return self.headers.get("Authorization", "").removeprefix("Bearer ") in self.names

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_the_page_is_followed_to_a_judged_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (command,) = [block.text for block in blocks(PAGE) if block.language == "sh"]

    class Ours(Shop):
        names: ClassVar[list[str]] = []

    with serving(Ours) as url:
        for block in blocks(PAGE):
            if block.path:
                path = tmp_path / block.path
                path.parent.mkdir(exist_ok=True)
                path.write_text(block.text.replace("http://127.0.0.1:8080", url), encoding="utf-8")
        # A slow machine has another speed; the page's own thresholds are judged all the same.
        allowed = ["--threshold", "p(95)<60000", "--threshold", "unsent>=0", "--duration", "2"]
        status = run([*shlex.split(command)[1:], *allowed])
    out, err = capsys.readouterr()
    assert status == 0, out + err
    # Each user has a row of its own.
    assert sorted(Ours.names) == ["anna", "ben", "carla", "david"]
    (found,) = json.loads((tmp_path / "load.json").read_text(encoding="utf-8"))["runs"]
    names = found["summary"]["names"]
    assert set(names) == {"log in", "browse", "buy"}
    assert names["log in"]["requests"] == 4
    assert "✓ success>=99: 100%, allowed >= 99%" in out
    page = PAGE.read_text(encoding="utf-8")
    for title in ("Duration", "Sent", "Failed", "Not sent", "P95", "Sent late (P99)"):
        assert f"\n{title}: " in page
        assert f"\n{title}: " in f"\n{out}"
    assert (tmp_path / "load.html").is_file()
