"""`state.json` in the stack's folder: what `up` started, so that any later command finds it.

It is written before and after every start, so that `down` ends a stack whose `up` was
killed. It holds the stack's secret, so only its owner may read it.
"""

import fcntl
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from toolkit.config.pyproject import Addresses
from toolkit.errors import StackError


class Phase(StrEnum):
    """What is being done with the stack."""

    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """One started server. `started`, psutil's create time, tells a pid that was used again."""

    name: str
    pid: int
    started: float
    url: str
    ready: str
    log: str
    otherwise: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningStack:
    """All that `up` started. `environment` is the primary service's first instance's.

    Load scenarios need it to sign with.
    """

    state: Path
    phase: Phase
    secret: str
    environment: Mapping[str, str]
    addresses: Addresses
    components: tuple[Running, ...] = ()


def path(state: Path) -> Path:
    """Where the state file of the stack in the folder `state` is."""
    return state / "state.json"


def write(stack: RunningStack) -> None:
    """Replace the state file in one step; a reader sees the old or the new one, never half."""
    private_folder(stack.state)
    content = {**asdict(stack), "state": str(stack.state)}
    # mkstemp makes it readable by the owner alone.
    descriptor, name = tempfile.mkstemp(dir=stack.state, prefix="state.", suffix=".new")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path(stack.state))
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read(state: Path) -> RunningStack | None:
    """What the state file says, or None where there is none.

    Raises StackError for a file that cannot be understood.
    """
    try:
        content = json.loads(path(state).read_text(encoding="utf-8"))
        return _stack(state, content)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StackError(
            f"{path(state)}: cannot be read: {error.strerror}.",
            fix="run the command as the user who started the stack.",
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise StackError(
            f"{path(state)}: not a state file ({type(error).__name__}: {error}).",
            fix="run `toolkit down`: it ends what is left of the stack and removes the file.",
        ) from None


def remove(state: Path) -> None:
    """Forget the stack."""
    path(state).unlink(missing_ok=True)


def private_folder(folder: Path) -> None:
    """Make the folder, for its owner alone."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Hold the folder while a stack is started or ended in it.

    Raises StackError when another command holds it. The lock ends with its process.
    """
    private_folder(state)
    with (state / "lock").open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StackError(
                f"{state}: another command is starting or ending the stack here.",
                fix="wait until it is done, or stop it with Ctrl-C.",
            ) from None
        yield


def _stack(state: Path, content: dict[str, Any]) -> RunningStack:
    return RunningStack(
        state=state,
        phase=Phase(content["phase"]),
        secret=str(content["secret"]),
        environment={str(key): str(value) for key, value in content["environment"].items()},
        addresses=_addresses(content["addresses"]),
        components=tuple(_running(entry) for entry in content["components"]),
    )


def _addresses(content: dict[str, Any]) -> Addresses:
    services = {str(name): tuple(urls) for name, urls in dict(content["services"]).items()}
    return Addresses(**{**content, "services": services})


def _running(entry: dict[str, Any]) -> Running:
    return Running(
        name=str(entry["name"]),
        pid=int(entry["pid"]),
        started=float(entry["started"]),
        url=str(entry["url"]),
        ready=str(entry["ready"]),
        log=str(entry["log"]),
        otherwise=str(entry["otherwise"]),
    )
