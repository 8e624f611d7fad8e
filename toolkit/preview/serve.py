"""Edit Python, see the panel: draws again when a definition changes, and reloads the browser.

Served on this machine only. The drawn pages stay as they are written, closed to every
server; the page round them listens for changes and loads them anew.
"""

import functools
import html
import json
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

LOOK_SECONDS = 0.5
_SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist"})
_SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Preview</title>
<style>
body {{ margin: 0; font: 14px sans-serif; background: #111217; color: #ccccdc; }}
nav {{ display: flex; gap: 16px; height: 32px; align-items: center; padding: 0 16px; }}
nav a {{ color: #6e9fff; text-decoration: none; }}
pre {{ margin: 0; padding: 16px; color: #ff7383; white-space: pre-wrap; }}
iframe {{ border: 0; width: 100%; height: calc(100vh - 32px); }}
</style></head><body>
<nav>{links}</nav><pre id="said" hidden></pre><iframe name="page" src="/page/{first}"></iframe>
<script>
const frame = document.querySelector('iframe'), said = document.getElementById('said');
new EventSource('/changes').onmessage = (event) => {{
  const words = JSON.parse(event.data);
  said.textContent = words; said.hidden = !words;
  if (!words) frame.contentWindow.location.reload();
}};
</script></body></html>
"""


class Bell:
    """Tells everybody who listens that something was drawn, or why it could not be."""

    def __init__(self) -> None:
        self._rung = threading.Condition()
        self._number = 0
        self._words = ""

    def ring(self, words: str) -> None:
        """Tell: nothing for a new drawing, or what is wrong."""
        with self._rung:
            self._number += 1
            self._words = words
            self._rung.notify_all()

    def after(self, number: int, timeout: float) -> tuple[int, str]:
        """The last ring after that number; the same number when none came in time."""
        with self._rung:
            self._rung.wait_for(lambda: self._number > number, timeout)
            return self._number, self._words

    @property
    def number(self) -> int:
        """How often it rang."""
        return self._number


def stamp(root: Path, files: Iterable[Path] = ()) -> tuple[tuple[str, int], ...]:
    """Every definition below `root`, and `files`, with when it was last written."""
    return tuple(sorted((str(path), _written(path)) for path in (*_definitions(root), *files)))


def _definitions(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name.startswith(".") or path.name in _SKIPPED:
            continue
        if path.is_dir():
            yield from _definitions(path)
        elif path.suffix == ".py" or path.name == "pyproject.toml":
            yield path


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # gone: a change too


class _Handler(BaseHTTPRequestHandler):
    """One request: the page round the pages, one of them, or the stream of changes."""

    def __init__(self, folder: Path, bell: Bell, *rest: Any) -> None:
        self.folder, self.bell = folder, bell
        super().__init__(*rest)

    def do_GET(self) -> None:
        names = sorted(path.name for path in self.folder.glob("*.html"))
        name = self.path.removeprefix("/page/")
        if self.path == "/":
            self._answer(shell(names))
        elif self.path == "/changes":
            self._listen()
        elif name in names:
            self._answer((self.folder / name).read_text(encoding="utf-8"))
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _answer(self, text: str) -> None:
        body = text.encode()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _listen(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        number = self.bell.number
        try:
            while True:
                self.wfile.write(b": still here\n\n")  # fails once nobody listens
                self.wfile.flush()
                now, words = self.bell.after(number, timeout=LOOK_SECONDS * 4)
                if now > number:
                    number = now
                    self.wfile.write(event(words))
        except OSError:
            return

    def log_message(self, *_words: Any) -> None:
        """Say nothing of each request."""


def server(folder: Path, bell: Bell, port: int = 0) -> ThreadingHTTPServer:
    """A server of the pages in `folder`, not yet running, on a port that it chooses."""
    made = ThreadingHTTPServer(("127.0.0.1", port), functools.partial(_Handler, folder, bell))
    made.daemon_threads = True
    return made


def event(words: str) -> bytes:
    """One message of the stream."""
    return f"data: {json.dumps(words)}\n\n".encode()


def shell(names: list[str]) -> str:
    """The page round the drawn pages."""
    links = "".join(
        f'<a href="/page/{html.escape(name, quote=True)}" target="page">'
        f"{html.escape(Path(name).stem)}</a>"
        for name in names
    )
    return _SHELL.format(links=links, first=html.escape(names[0], quote=True) if names else "")


def watch(
    look: Callable[[], object],
    draw: Callable[[], str],
    bell: Bell,
    stop: threading.Event,
    *,
    every_seconds: float = LOOK_SECONDS,
) -> None:
    """Until told to stop: when what `look` sees changes, `draw` and tell how that went."""
    before = look()
    while not stop.wait(every_seconds):
        now = look()
        if now != before:
            before = now
            bell.ring(draw())
