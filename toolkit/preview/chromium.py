"""A Chromium or Chrome of this machine, driven over its own pipe: pages → PNG.

One browser draws all pages of a run. Commands and answers go over two file descriptors, so no
port is opened and no driver is needed. The browser has a new, empty profile.
Source: https://chromedevtools.github.io/devtools-protocol/
"""

import base64
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from toolkit.errors import ToolkitError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
FLAGS = (
    "--headless",
    "--no-sandbox",  # root, as in containers, cannot have one; the page's policy lets it do nothing
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)
ANSWER_SECONDS = 60.0  # a cold start and a page of a hundred panels take a few
WIDTH = 1600
MOST_PIXELS = 32_000  # of height; it draws nothing further down than 32,767
# Chromium reads commands from file descriptor 3 and answers on 4. The child moves our pipe there
# before it becomes Chromium; `pass_fds` alone keeps the numbers that we happen to have.
_MOVE_PIPE = (
    "import os,sys; from fcntl import fcntl, F_DUPFD; "
    "a,b=(fcntl(int(n),F_DUPFD,10) for n in sys.argv[1:3]); "  # out of the way of 3 and 4
    "os.dup2(a,3); os.dup2(b,4); os.execv(sys.argv[3],sys.argv[3:])"
)
# The page sets `data-drawn` once every panel has been painted; until then its height still grows.
_HEIGHT_ONCE_DRAWN = """new Promise((resolve) => {
  const look = () => {
    const {drawn, failed} = document.documentElement?.dataset ?? {};
    if (failed) return resolve(failed);
    if (!drawn) return setTimeout(look, 20);
    resolve(Math.ceil(document.getElementById('root').getBoundingClientRect().height));
  };
  look();
})"""


# What went wrong with a panel in the page itself. The words of queries that failed go before it,
# and are known without a browser. A panel in a folded row is drawn when the row is unfolded.
_PROBLEMS = """new Promise((resolve) => {
  document.querySelectorAll('button[aria-expanded="false"]').forEach((each) => each.click());
  requestAnimationFrame(() => requestAnimationFrame(() => {
    const own = /(?:Error transforming data|Its field configuration cannot be read): .*$/s;
    const found = [], now = [...document.querySelectorAll('main')].pop();
    for (const panel of now.querySelectorAll('[data-panel]')) {
      const crashed = panel.querySelector('[data-crashed]');
      const words = [own.exec(panel.dataset.problem ?? '')?.[0], crashed?.textContent];
      words.forEach((each) => each && found.push([panel.dataset.panel, each]));
    }
    resolve(found);
  }));
})"""


class BrowserError(ToolkitError):
    """Read the browser's words: it was found, and drew nothing."""


def find() -> str:
    """The path of a browser; empty when there is none."""
    for name in NAMES:
        if path := shutil.which(name):
            return path
    return next((path for path in PLACES if os.access(path, os.X_OK)), "")


@dataclass(slots=True)
class Browser:
    """A running browser with one tab. `commands` and `answers` are file descriptors."""

    process: "subprocess.Popen[bytes]"
    commands: int
    answers: int
    session: str = ""
    number: int = 0
    unread: bytes = b""

    def draw(self, path: Path, *, width: int = WIDTH) -> int:
        """Open the page at `path`, wait until it is drawn, and give its height in pixels."""
        self._size(width, 1000)
        self.call("Page.navigate", {"url": path.resolve().as_uri()})
        question = {"expression": _HEIGHT_ONCE_DRAWN, "awaitPromise": True, "returnByValue": True}
        height = self._evaluated(question)
        if isinstance(height, str):
            raise BrowserError(f"{path.name} was not drawn: {height}.")
        return int(height)

    def screenshot(self, path: Path, *, width: int = WIDTH) -> bytes:
        """The page at `path`, drawn in full, as PNG."""
        height = min(MOST_PIXELS, self.draw(path, width=width))
        self._size(width, height)
        # A screenshot shows the last frame: after two of them the page is painted at its new size.
        painted = "new Promise((r) => requestAnimationFrame(() => requestAnimationFrame(r)))"
        self._evaluated({"expression": painted, "awaitPromise": True})
        data = self.call("Page.captureScreenshot", {"format": "png"})["data"]
        return base64.b64decode(data)

    def problems(self) -> list[tuple[str, str]]:
        """Each panel of the page drawn last that failed in it, by its title, and the words.

        Of two dashboards side by side, those of the one on the right.
        """
        question = {"expression": _PROBLEMS, "awaitPromise": True, "returnByValue": True}
        return [(str(panel), str(words)) for panel, words in self._evaluated(question)]

    def _evaluated(self, question: Mapping[str, Any]) -> Any:
        # A page that is being left takes the question with it: ask again, of the new page.
        for _attempt in range(20):
            answer = self.call("Runtime.evaluate", question, may_fail=True)
            if "exceptionDetails" in answer:
                raise BrowserError(f"the page failed: {answer['exceptionDetails']['text']}")
            if "error" not in answer:
                return answer["result"].get("value")
        raise BrowserError(f"the page was not drawn: {answer['error']['message']}")

    def _size(self, width: int, height: int) -> None:
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.call("Emulation.setDeviceMetricsOverride", size)

    def call(
        self, method: str, params: Mapping[str, Any] | None = None, *, may_fail: bool = False
    ) -> Any:
        """What the browser answers to one command. Raises BrowserError for a refusal."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params or {}}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(method)
            # Events that nobody asked for come between the answers.
            if answer.get("id") == self.number:
                break
        if "error" in answer:
            if may_fail:
                return answer
            raise BrowserError(f"the browser refused {method}: {answer['error']['message']}")
        return answer["result"]

    def _next(self, method: str) -> dict[str, Any]:
        deadline = time.monotonic() + ANSWER_SECONDS
        # Messages end with a zero byte, and a read may hold a part of one, or several.
        while b"\0" not in self.unread:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.answers], [], [], left)[0]:
                raise BrowserError(f"the browser did not answer {method} in {ANSWER_SECONDS:g} s.")
            read = os.read(self.answers, 1 << 16)
            if not read:
                raise BrowserError(f"the browser ended, with status {self.process.wait()}.")
            self.unread += read
        text, _, self.unread = self.unread.partition(b"\0")
        found: dict[str, Any] = json.loads(text)
        return found


@contextmanager
def started(path: str) -> Iterator[Browser]:
    """A browser with one empty tab, ended with its profile when left."""
    their_in, our_out = os.pipe()
    our_in, their_out = os.pipe()
    with tempfile.TemporaryDirectory(prefix="preview-", ignore_cleanup_errors=True) as profile:
        words = [*FLAGS, "--remote-debugging-pipe", f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(
            [
                sys.executable,
                "-c",
                _MOVE_PIPE,
                str(their_in),
                str(their_out),
                path,
                *words,
            ],
            pass_fds=(their_in, their_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(their_in)
        os.close(their_out)
        browser = Browser(process, our_out, our_in)
        try:
            target = browser.call("Target.createTarget", {"url": "about:blank"})["targetId"]
            attached = {"targetId": target, "flatten": True}
            browser.session = browser.call("Target.attachToTarget", attached)["sessionId"]
            yield browser
            browser.session = ""
            browser.call("Browser.close", may_fail=True)
        finally:
            os.close(our_out)
            os.close(our_in)
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
