"""Programs of others that export metrics, started on free ports, and what they export."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.support.required_programs import program
from tests.support.wait_until import PATIENCE_SECONDS, eventually


@dataclass(frozen=True, slots=True)
class ForeignProgram:
    """`arguments` may hold `{port}` and `{folder}`; `config` is its `{folder}/config.yml`.

    `ready` is the path that answers 200 once it has loaded its configuration: before, a part of the
    metrics is not there yet.
    """

    name: str
    arguments: tuple[str, ...]
    config: str = ""
    version: str = "--version"
    ready: str = "/metrics"

    def installed_version(self) -> str:
        """What it says about itself."""
        done = subprocess.run(
            [program(self.name), self.version], capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr

    @contextmanager
    def exporting(self, folder: Path) -> Iterator[str]:
        """The address of its metrics; it has answered once, and is gone at the end."""
        (folder / "config.yml").write_text(self.config, encoding="utf-8")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        address = f"http://127.0.0.1:{port}"
        arguments = [text.format(port=port, folder=folder) for text in self.arguments]
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [program(self.name), *arguments], stdout=log, stderr=log, cwd=folder
            )
        try:
            eventually(lambda: answers(f"{address}{self.ready}"), f"{self.name} is ready")
            yield f"{address}/metrics"
        finally:
            process.kill()
            process.wait()


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=PATIENCE_SECONDS).status_code == 200
    except requests.ConnectionError:
        return False


PROMETHEUS = ForeignProgram(
    "prometheus",
    (
        "--config.file={folder}/config.yml",
        "--storage.tsdb.path={folder}/data",
        "--web.listen-address=127.0.0.1:{port}",
    ),
    config="global: {}\n",
    ready="/-/ready",
)
ALERTMANAGER = ForeignProgram(
    "prometheus-alertmanager",
    (
        "--config.file={folder}/config.yml",
        "--storage.path={folder}/data",
        "--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ),
    config="route: {receiver: x}\nreceivers: [{name: x}]\n",
    ready="/-/ready",
)
NODE_EXPORTER = ForeignProgram(
    "prometheus-node-exporter", ("--web.listen-address=127.0.0.1:{port}",)
)
REDIS_EXPORTER = ForeignProgram(
    "prometheus-redis-exporter",
    ("-web.listen-address=127.0.0.1:{port}",),
    version="-version",
)
