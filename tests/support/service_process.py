"""The service and the venue simulator as processes, as an operator would run them."""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from target_app.execution.http.signature import sign
from target_app.execution.http.webhook import PATH
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

SECRET = "a-secret-made-for-tests"
_SERVE = "import sys; from target_app.execution.main import main; sys.exit(main(sys.argv[1:]))"
_SIMULATE = "import sys; from target_app.exchanges.venue_sim import main; main(sys.argv[1:])"
_LISTENING = re.compile(r"Uvicorn running on http://127\.0\.0\.1:(\d+)")


class Server:
    """A child process that listens on a port of 127.0.0.1, with its output in a file."""

    def __init__(
        self,
        code: str,
        arguments: Sequence[str],
        log: Path,
        **variables: str,
    ) -> None:
        kept = {
            k: v for k, v in os.environ.items() if not k.startswith(("EXECUTION_", "OTEL_", "PROM"))
        }
        self.log = log
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-c", code, "--port", "0", *arguments],
                cwd=ROOT,
                env=kept | variables,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:
            self.port = self._listening()
        except AssertionError:
            self.kill()
            raise

    def get(self, path: str) -> tuple[int, bytes]:
        """GET: status and body; status 0 when the port is not open (yet)."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b"{}"
        finally:
            connection.close()

    def stop(self) -> int:
        """SIGTERM; the exit status."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)

    def kill(self) -> None:
        """SIGKILL, to the whole group."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE_SECONDS)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """The process takes connections and answers none meanwhile."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)

    def wait_until(self, condition: Callable[[], bool]) -> None:
        """Wait until the condition holds."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert self.process.poll() is None, self.log.read_text()[-3000:]
            assert time.monotonic() < deadline, self.log.read_text()[-3000:]
            time.sleep(0.005)

    def _listening(self) -> int:
        found: list[str] = []

        def listens() -> bool:
            found[:] = _LISTENING.findall(self.log.read_text())
            return bool(found)

        self.wait_until(listens)
        return int(found[-1])


class StartingServer(Server):
    """One whose port is not waited for: it waits for something itself."""

    def _listening(self) -> int:
        return 0


def execution(folder: Path, *arguments: str, ready: bool = True, **variables: str) -> Server:
    """The execution service with its files in `folder`."""
    log, environment = _files(folder, variables)
    server = Server(_SERVE, arguments, log, **environment)
    try:
        if ready:
            server.wait_until(lambda: server.get("/ready")[0] == 200)
    except AssertionError:
        server.kill()
        raise
    return server


def starting_execution(folder: Path, *arguments: str, **variables: str) -> Server:
    """The execution service, not waited for: it waits for something itself."""
    log, environment = _files(folder, variables)
    return StartingServer(_SERVE, arguments, log, **environment)


def _files(folder: Path, variables: Mapping[str, str]) -> tuple[Path, dict[str, str]]:
    environment = {
        "EXECUTION_WEBHOOK_SECRETS": SECRET,
        "EXECUTION_JOURNAL": str(folder / "journal.db"),
        "EXECUTION_AUDIT_LOG": str(folder / "audit.jsonl"),
        "EXECUTION_RATE_LIMIT_PER_MINUTE": "1000000",
        "EXECUTION_EXCHANGE_TIMEOUT_SECONDS": str(PATIENCE_SECONDS),
        **variables,
    }
    return folder / f"execution-{time.monotonic_ns()}.log", environment


def venue_sim(folder: Path) -> Server:
    """The venue simulator."""
    log = folder / f"venue-{time.monotonic_ns()}.log"
    return Server(_SIMULATE, ("--log-level", "info"), log)


class Client:
    """One kept-alive connection that sends signed webhooks."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)

    def send(self, payload: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
        """Status and document. Raises OSError or HTTPException when the server is gone."""
        body = json.dumps(payload).encode()
        headers |= {"X-Signature": sign(SECRET, body)}
        self._connection.request("POST", PATH, body, headers)
        answer = self._connection.getresponse()
        return answer.status, json.loads(answer.read())

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
