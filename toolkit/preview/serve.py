"""Edit Python, see the panel: draws again when a definition changes, and reloads the browser.

Serves this machine only. The page around the drawn pages listens for changes and loads them
again. Where Prometheus answers, a page asks this server, and no other, for another time or other
values of its variables; from a snapshot, pages stay as they are written, closed to every server.
"""

import functools
import json
import os
import subprocess
import sys
import threading
import urllib.parse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError, UsageError
from toolkit.preview.redraw_served_page import LiveDashboards

LOOK_SECONDS = 0.5
_SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist"})
_SHELL = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Preview</title>
<style>
body { margin: 0; height: 100vh; display: flex; flex-direction: column;
  font: 14px sans-serif; background: #111217; color: #ccccdc; }
nav { display: flex; gap: 16px; padding: 8px 16px; }
nav a { color: #6e9fff; text-decoration: none; }
pre { margin: 0; padding: 8px 16px; color: #ff7383; white-space: pre-wrap; }
iframe { border: 0; width: 100%; flex: 1; }
</style></head><body>
<nav></nav><pre role="alert" hidden></pre><iframe name="page"></iframe>
<script>
const [nav, said, frame] = document.body.children;
const say = (words) => { said.textContent = words; said.hidden = !words; };
const link = (name) => Object.assign(document.createElement('a'),
  { href: '/page/' + encodeURIComponent(name), target: 'page', textContent: name.slice(0, -5) });
const changes = new EventSource('/changes');
changes.onmessage = (event) => {
  const { pages, words } = JSON.parse(event.data);
  say(words);
  if (words) return;
  nav.replaceChildren(...pages.map(link));
  const shown = frame.contentWindow.location;
  if ([...nav.children].some((each) => each.pathname === shown.pathname)) shown.reload();
  else frame.src = nav.firstChild.href;
};
changes.onerror = () => say('`toolkit preview --serve` has ended: start it again.');
</script></body></html>
"""


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """The names of the drawn pages, or the words for why there are none."""

    pages: tuple[str, ...] = ()
    words: str = ""


class PageUpdates:
    """Keeps what was last drawn, or why it could not be, and wakes all who wait for it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._number = 0
        self._last = DrawnPages()

    def publish(self, drawn: DrawnPages) -> None:
        """Wake every listener. After a failure the pages that there were stay listed."""
        with self._changed:
            self._number += 1
            self._last = drawn if drawn.pages else replace(drawn, pages=self._last.pages)
            self._changed.notify_all()

    def after(self, number: int, timeout: float) -> tuple[int, DrawnPages]:
        """The last update after that number; the same number where none comes in time."""
        with self._changed:
            self._changed.wait_for(lambda: self._number > number, timeout)
            return self._number, self._last


def written_times(root: Path, files: Iterable[Path] = ()) -> tuple[tuple[str, int], ...]:
    """Every definition below `root`, and `files`, with when it was last written."""
    return tuple(sorted((str(path), _written(path)) for path in (*_definitions(root), *files)))


def _definitions(root: Path) -> Iterator[Path]:
    for folder, below, names in os.walk(root):
        below[:] = [name for name in below if not name.startswith(".") and name not in _SKIPPED]
        for name in names:
            if name.endswith(".py") or name == "pyproject.toml":
                yield Path(folder, name)


def _written(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except OSError:
        return 0  # gone: a change too


# A site that a browser shows may not read what this server knows, whatever name leads here.
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


class _Handler(BaseHTTPRequestHandler):
    """One request: the page around the pages, one of them, its data, or the stream of changes."""

    def __init__(
        self, folder: Path, updates: PageUpdates, live: LiveDashboards | None, *rest: Any
    ) -> None:
        self.folder, self.updates, self.live = folder, updates, live
        super().__init__(*rest)

    def do_GET(self) -> None:
        asked = urllib.parse.urlsplit(self.path)
        room, _, rest = asked.path.removeprefix("/").partition("/")
        name = urllib.parse.unquote(rest)
        if not self._is_own():
            self.send_error(HTTPStatus.FORBIDDEN)
        elif asked.path == "/":
            self._answer(_SHELL.encode())
        elif asked.path == "/changes":
            self._listen()
        elif room == "data" and self.live and self.live.has(name):
            self._answer_data(self.live, name, asked.query)
        elif room == "page" and self.live and self.live.has(name.removesuffix(".html")):
            self._answer(self.live.page(name.removesuffix(".html")).encode())
        elif room == "page" and name in {path.name for path in self.folder.glob("*.html")}:
            self._answer((self.folder / name).read_bytes())
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def _is_own(self) -> bool:
        """Whether a page of this server asks, or a person."""
        host = urllib.parse.urlsplit(f"//{self.headers.get('Host', '')}").hostname
        site = self.headers.get("Sec-Fetch-Site", "none")
        return host in _OWN_NAMES and site in {"none", "same-origin"}

    def _answer_data(self, live: LiveDashboards, name: str, question: str) -> None:
        try:
            status, said = HTTPStatus.OK, live.data(name, question)
        except ToolkitError as error:
            words = f"{error.message}\nfix: {error.fix}" if error.fix else error.message
            status, said = HTTPStatus.BAD_REQUEST, {"error": words}
        self._answer(json.dumps(said).encode(), "application/json", status)

    def _answer(
        self,
        body: bytes,
        kind: str = "text/html; charset=utf-8",
        status: HTTPStatus = HTTPStatus.OK,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _listen(self) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        number = 0  # a listener that comes late gets what was drawn last
        while True:
            now, drawn = self.updates.after(number, timeout=LOOK_SECONDS * 4)
            # Writing a comment fails once the browser has gone, which ends this thread.
            self.wfile.write(event(drawn) if now > number else b": still here\n\n")
            number = now

    def log_message(self, *_words: Any) -> None:
        """Write no line for each request."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *request: Any) -> None:
        """A browser that leaves in the middle of an answer is not an error."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(*request)


def server(
    folder: Path, updates: PageUpdates, port: int = 0, live: LiveDashboards | None = None
) -> ThreadingHTTPServer:
    """A server of the pages in `folder`, not yet running; port 0 is a free one.

    Those that `live` has can be asked about again. Raises UsageError for a port that cannot be had.
    """
    try:
        return _Server(("127.0.0.1", port), functools.partial(_Handler, folder, updates, live))
    except OSError as error:
        raise UsageError(
            f"--port {port}: {error.strerror}.", fix="name another, or leave it out for a free one."
        ) from None


def event(drawn: DrawnPages) -> bytes:
    """One message of the stream."""
    return f"data: {json.dumps({'pages': drawn.pages, 'words': drawn.words})}\n\n".encode()


def drawn_in_a_child(words: Sequence[str]) -> tuple[int, DrawnPages]:
    """The exit status and pages of `toolkit` with these words, run in a process of its own.

    A process of its own, since Python loads a module only once. Its stderr goes to ours.
    """
    done = subprocess.run(
        [sys.executable, "-m", "toolkit", *words], capture_output=True, text=True, check=False
    )
    sys.stderr.write(done.stderr)
    pages = tuple(Path(x).name for x in done.stdout.splitlines() if x.endswith(".html"))
    return done.returncode, DrawnPages(pages, "" if pages else done.stderr)


def redraw_on_change(
    seen: object,
    look: Callable[[], object],
    draw: Callable[[], DrawnPages],
    updates: PageUpdates,
    stop: threading.Event,
    *,
    every_seconds: float = LOOK_SECONDS,
) -> None:
    """Until `stop` is set: when `look` no longer gives what was `seen`, draw and publish."""
    while not stop.wait(every_seconds):
        now = look()
        if now != seen:
            seen = now
            updates.publish(draw())
