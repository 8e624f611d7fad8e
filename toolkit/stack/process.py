"""One server's process: started in a session of its own, awaited, recognised again, ended.

A process is ours when its pid and create time are those recorded, or when its environment
carries the stack's mark. The mark also finds what a dead server left behind, and what a
killed `up` had started but not yet recorded. Nothing is ever looked for by name.
"""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from toolkit.errors import StackError
from toolkit.stack import logs
from toolkit.stack.process_signals import deferred
from toolkit.stack.server_commands import Component
from toolkit.stack.state import Running

MARK = "TOOLKIT_STACK"

_POLL_SECONDS = 0.05
_LOG_LINES = 12
# The kernel reports when it booted in whole seconds, and create times are derived from that.
_CLOCK_SECONDS = 1.0
# A server that takes longer to finish its work is not going to.
GRACE_SECONDS = 10.0
# SIGKILL cannot be refused, only delayed by a system call under way.
_KILL_SECONDS = 5.0


def start(component: Component, *, mark: str, log: Path, root: Path) -> Running:
    """Start the server in the folder `root`, its output going to `log`.

    It gets a session of its own, so that neither Ctrl-C nor a closed terminal reaches it.
    Raises StackError where the program cannot be run.
    """
    environment = {**os.environ, **component.environment, MARK: mark}
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    child: subprocess.Popen[bytes] | None = None
    try:
        with deferred():
            child = subprocess.Popen(
                component.command,
                cwd=root,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=descriptor,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise StackError(
            f"{component.name}: {component.command[0]} could not be started: {error.strerror}."
        ) from None
    except KeyboardInterrupt:  # it runs, and nobody else knows of it
        if child is not None:
            child.kill()
            child.wait()
        raise
    finally:
        os.close(descriptor)
    child.returncode = 0  # it may outlive this object: from here on psutil follows it by pid
    return Running(
        name=component.name,
        pid=child.pid,
        started=psutil.Process(child.pid).create_time(),
        url=component.url,
        ready=component.ready,
        otherwise=component.otherwise,
        log=str(log),
    )


def as_ready(servers: Iterable[Running], *, deadline: float) -> Iterator[Running]:
    """Each server once it says that it is ready; `deadline` is a time.monotonic() value.

    Raises StackError with the last lines of its log for the first that ends or is late, or
    where another process is what answers at its address.
    """
    waiting = {running: psutil.Process(running.pid) for running in servers}
    while waiting:
        for running, process in tuple(waiting.items()):
            how = ending(process)
            if how:
                raise died(running, f"{how} before it was ready")
            answer = probe(running)
            if answer == "" and _listens(process, running):
                del waiting[running]
                yield running
            elif time.monotonic() > deadline:
                raise died(running, f"is still not ready ({answer or 'another process answers'})")
        time.sleep(_POLL_SECONDS)


def probe(running: Running, *, timeout: float = 1.0) -> str:
    """What the server answered instead of saying that it is ready; "" when it is.

    What speaks no HTTP is ready once it takes connections.
    """
    parts = urlsplit(running.url)
    if parts.scheme == "tcp":
        try:
            socket.create_connection((parts.hostname, parts.port), timeout).close()
        except OSError as error:
            return f"{running.url}: {error}"
        return ""
    status, detail = _get(running.url, running.ready, timeout)
    if status == HTTPStatus.NOT_FOUND and running.otherwise:
        status, detail = _get(running.url, running.otherwise, timeout)
    return "" if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else detail


def _get(url: str, path: str, timeout: float) -> tuple[int, str]:
    """The status of the answer, 0 where there is none, and what was asked and answered."""
    parts = urlsplit(url)
    # Not through a proxy, whatever the environment says: this is our own machine.
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path.rstrip("/") + path)
        answer = connection.getresponse()
    except (OSError, http.client.HTTPException) as error:
        return 0, f"{url}{path}: {error or type(error).__name__}"
    else:
        return answer.status, f"{url}{path} answers {answer.status} {answer.reason}"
    finally:
        connection.close()


def died(running: Running, what: str) -> StackError:
    """The error for a server that ended or hangs, with the last lines of its log."""
    lines = logs.tail(Path(running.log), _LOG_LINES)
    shown = "\n".join(f"    {line}" for line in lines) or "    (nothing)"
    return StackError(
        f"{running.name} (pid {running.pid}) {what}; the end of {running.log}:\n{shown}",
        fix="correct what the log says, then run `toolkit up` again.",
    )


def ending(process: psutil.Process) -> str:
    """How the process ended, such as "ended with status 1", or "" while it runs.

    The status is known to the parent only; elsewhere it is just "ended".
    """
    code = None
    with suppress(psutil.TimeoutExpired, psutil.NoSuchProcess):
        code = process.wait(timeout=0)
    if code is None:
        return "ended" if not process.is_running() or _is_unreaped(process) else ""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with status {code}"


def recognise(running: Running, mark: str) -> psutil.Process | None:
    """The server's process, ended or not, or None when another process or none has its pid."""
    try:
        process = psutil.Process(running.pid)
        ours = abs(process.create_time() - running.started) < _CLOCK_SECONDS
    except psutil.NoSuchProcess:
        return None
    return process if ours or _carries(process, mark) else None


def find(running: Running, mark: str) -> psutil.Process | None:
    """The server's living process, or None when it has ended."""
    process = recognise(running, mark)
    return None if process is None or ending(process) else process


def family(components: Iterable[Running], mark: str) -> list[psutil.Process]:
    """Every living process of the stack: its servers, their children, whatever is marked."""
    found: dict[int, psutil.Process] = {}
    for running in components:
        process = find(running, mark)
        if process is not None:
            found[process.pid] = process
            try:
                found.update((child.pid, child) for child in process.children(recursive=True))
            except psutil.Error:
                continue  # it ended meanwhile; its children carry the mark
    for process in psutil.process_iter():
        if process.pid not in found and process.pid != os.getpid() and _carries(process, mark):
            found[process.pid] = process
    return [process for process in found.values() if not ending(process)]


def end(processes: Iterable[psutil.Process], *, grace: float = GRACE_SECONDS) -> list[int]:
    """Ask the processes to end, make them after `grace` seconds; the pids that still live."""
    living = list(processes)
    for number, seconds in ((signal.SIGTERM, grace), (signal.SIGKILL, _KILL_SECONDS)):
        for process in living:
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue
            except psutil.AccessDenied:
                continue  # it stays among the living, and so is reported
        deadline = time.monotonic() + seconds
        while True:
            living = [process for process in living if not ending(process)]
            if not living:
                return []
            if time.monotonic() > deadline:
                break
            time.sleep(_POLL_SECONDS)
    return [process.pid for process in living]


def _listens(process: psutil.Process, running: Running) -> bool:
    """Whether the server or a child of it listens on its port; true where that is hidden."""
    port = urlsplit(running.url).port
    try:
        for member in (process, *process.children(recursive=True)):
            for connection in member.net_connections(kind="tcp"):
                if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port:
                    return True
    except psutil.AccessDenied:
        return True
    except psutil.NoSuchProcess:
        return False
    return False


def _carries(process: psutil.Process, mark: str) -> bool:
    try:
        return process.environ().get(MARK) == mark
    except (psutil.Error, OSError):
        return False  # another user's, or gone: not one of the stack


def _is_unreaped(process: psutil.Process) -> bool:
    """Whether it has ended, but its parent has not asked how. We do ask for our own children."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE and process.ppid() != os.getpid()
    except psutil.NoSuchProcess:
        return True
