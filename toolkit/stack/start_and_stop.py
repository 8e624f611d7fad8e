"""Start, inspect, watch and end a stack on this machine. Several can run, each in a folder.

Every server is started before the first is awaited, except where a service needs another.
Whatever goes wrong on the way up, an
interruption included, nothing is left running. Nothing is printed here: what happens
goes to `progress`, sentence by sentence.
"""

import secrets
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from toolkit.config.pyproject import Addresses, Config
from toolkit.errors import StackError
from toolkit.optional_dependencies import require_of_services
from toolkit.prometheus.write_config import LOAD_TARGETS
from toolkit.stack import logs, process, server_commands
from toolkit.stack import state as states
from toolkit.stack.choose_addresses import addresses_for
from toolkit.stack.choose_services import EVERYTHING, Selection, choose
from toolkit.stack.process_signals import undisturbed
from toolkit.stack.server_commands import SERVE, StackFiles
from toolkit.stack.state import Phase, Running, RunningStack

# The reference service imports its exchange library before it is ready: seconds on a slow
# machine, more when three stacks start at once.
READY_SECONDS = 60.0

_WATCH_SECONDS = 0.2
# A machine under load may take seconds to answer for a server that is well.
_ANSWER_SECONDS = 5.0
_SECRET_BYTES = 32  # as long as the digest that it signs

Progress = Callable[[str], None]


def _silent(_sentence: str) -> None:
    """Progress that is not shown."""


def _while_heard(progress: Progress) -> Progress:
    """Progress that may fail: a terminal that was closed must not keep servers from ending."""

    def tell(sentence: str) -> None:
        with suppress(OSError):
            progress(sentence)

    return tell


class Health(StrEnum):
    """What a server of the stack looks like from outside."""

    READY = "ready"
    NOT_READY = "not ready"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComponentStatus:
    """One server now; `detail` says what is wrong with it, or is empty."""

    name: str
    health: Health
    pid: int
    url: str
    log: str
    detail: str = ""


def up(
    config: Config,
    files: StackFiles,
    *,
    state: Path,
    progress: Progress = _silent,
    serve: tuple[str, ...] = SERVE,
    ready_seconds: float = READY_SECONDS,
    selection: Selection = EVERYTHING,
) -> RunningStack:
    """Start the stack, with all that it writes in the folder `state`, and await it.

    A server whose configured port is taken gets a free one; the addresses of the result are the
    real ones.
    Raises StackError when a stack runs in `state` already, a program is missing or a server does
    not become ready, ConfigurationError for a wrong setting.
    """
    state = state.resolve()
    progress = _while_heard(progress)
    with states.locked(state):
        _refuse_second(state)
        services = choose(config, selection)
        addresses = addresses_for(config, services, progress)
        started = services.started
        require_of_services(config.root, (config.service(name) for name in started))
        stack = _prepared(config, addresses, state)
        planned = server_commands.plan(
            config, addresses, state=state, secret=stack.secret, serve=serve
        )
        planned = tuple(x for x in planned if x.service in started or not x.service)
        _write_files(state, files, addresses)
        try:
            states.write(stack)
            waiting = _Waiting(progress, ready_seconds)
            for component in planned:
                waiting.until_ready(x for x in stack.components if x.name in component.needs)
                log = logs.folder(state) / f"{component.name}.log"
                running = process.start(component, mark=str(state), log=log, root=config.root)
                stack = replace(stack, components=(*stack.components, running))
                states.write(stack)
                progress(f"{running.name}: starting on {running.url} (pid {running.pid})")
            waiting.until_ready(stack.components)
            stack = replace(stack, phase=Phase.RUNNING)
            states.write(stack)
        except BaseException:
            with undisturbed():
                progress("stopping what was started")
                _end(state, stack.components)
            raise
    return stack


def down(state: Path, *, progress: Progress = _silent) -> tuple[str, ...]:
    """End exactly what `up` started in `state`, its children included; the names ended.

    Servers that have ended by themselves are not named; without a stack the result is empty.
    A server that outlives SIGTERM is killed. Raises StackError when one outlives that too.
    """
    state = state.resolve()
    progress = _while_heard(progress)
    if not state.is_dir():
        return ()
    with states.locked(state), undisturbed():
        try:
            stack = states.read(state)
        except StackError as error:
            progress(f"{error.message} Looking for marked processes instead.")
            stack = None
        components = stack.components if stack else ()
        if stack is not None:
            states.write(replace(stack, phase=Phase.STOPPING))  # `watch` then knows why they end
        living = [c for c in components if process.find(c, str(state)) is not None]
        for component in components:
            if component in living:
                progress(f"{component.name}: stopping (pid {component.pid})")
            else:
                progress(f"{component.name}: has ended already (pid {component.pid})")
        others = _end(state, components)
        ended = tuple(component.name for component in living)
        return ended or tuple(f"pid {pid}" for pid in others)


def status(state: Path) -> tuple[ComponentStatus, ...]:
    """Every server of the stack in `state` as it is now; empty where no stack was started."""
    stack = running(state)
    return tuple(_status(component, stack.state) for component in stack.components) if stack else ()


def running(state: Path) -> RunningStack | None:
    """The stack that `up` started in `state`, whether or not all of it still lives."""
    return states.read(state.resolve())


def watch(stack: RunningStack, *, restarted: Collection[str] = ()) -> None:
    """Return when the stack is taken down elsewhere; raise StackError when a server ends.

    The error shows the end of its log, and the rest has been stopped. A server whose name is
    among `restarted` may end: another starts it again.
    """
    watched = [c for c in stack.components if c.name not in restarted]
    processes = {c: process.recognise(c, str(stack.state)) for c in watched}
    while True:
        for component, member in processes.items():
            how = "ended" if member is None else process.ending(member)
            if not how:
                continue
            if _is_taken_down(stack):
                return
            error = process.died(component, how)
            down(stack.state)
            raise error
        time.sleep(_WATCH_SECONDS)


def _prepared(config: Config, addresses: Addresses, state: Path) -> RunningStack:
    """The stack with its secret, before anything of it is started."""
    secret = secrets.token_hex(_SECRET_BYTES)
    environment = server_commands.environment_of(
        config, addresses, config.primary, state=state, secret=secret
    )
    return RunningStack(
        state=state,
        phase=Phase.STARTING,
        secret=secret,
        environment=environment,
        addresses=addresses,
    )


def _refuse_second(state: Path) -> None:
    """Raise StackError when anything of an earlier stack still runs in `state`."""
    try:
        earlier = states.read(state)
    except StackError:
        earlier = None  # broken: the marks tell
    living = process.family(earlier.components if earlier else (), str(state))
    if living:
        names = {c.pid: c.name for c in earlier.components} if earlier else {}
        listing = ", ".join(f"{names.get(p.pid, 'process')} (pid {p.pid})" for p in living)
        raise StackError(
            f"{state}: a stack runs here already: {listing}.",
            fix="use it (`toolkit status`), or end it first with `toolkit down`.",
        )


@dataclass(slots=True)
class _Waiting:
    """Waits for servers, each of which is said to be ready once."""

    progress: Progress
    seconds: float
    ready: set[str] = field(default_factory=set)

    def until_ready(self, components: Iterable[Running]) -> None:
        """Return when all are ready. Raises StackError for the first that ends or is late."""
        began = time.monotonic()
        awaited = [component for component in components if component.name not in self.ready]
        for component in process.as_ready(awaited, deadline=began + self.seconds):
            self.ready.add(component.name)
            self.progress(f"{component.name}: ready after {time.monotonic() - began:.1f} s")


def _status(component: Running, state: Path) -> ComponentStatus:
    detail = ""
    if process.find(component, str(state)) is None:
        health = Health.ENDED
    else:
        detail = process.probe(component, timeout=_ANSWER_SECONDS)
        health = Health.NOT_READY if detail else Health.READY
    return ComponentStatus(
        name=component.name,
        health=health,
        pid=component.pid,
        url=component.url,
        log=component.log,
        detail=detail,
    )


def _end(state: Path, components: tuple[Running, ...]) -> list[int]:
    """End the family and forget the stack; the pids ended."""
    family = process.family(components, str(state))
    left = process.end(family)
    # What a server started while it was being ended.
    late = [member for member in process.family(components, str(state)) if member.pid not in left]
    left += process.end(late)
    if left:
        raise StackError(
            f"{state}: could not end {', '.join(f'pid {pid}' for pid in left)}.",
            fix="end them yourself, then run `toolkit down` again.",
        )
    states.remove(state)
    return [member.pid for member in (*family, *late)]


def _is_taken_down(stack: RunningStack) -> bool:
    """Whether `down` has been here since: the state file is gone, another's, or says so."""
    try:
        now = states.read(stack.state)
    except StackError:
        return False
    return now is None or now.phase is Phase.STOPPING or now.secret != stack.secret


def _write_files(state: Path, files: StackFiles, addresses: Addresses) -> None:
    """Write what the servers read, and make the folders that they expect."""
    _write_private(state / "prometheus.yml", files.prometheus(addresses))
    _write_private(state / "alertmanager.yml", files.alertmanager(addresses))
    states.private_folder(logs.folder(state))
    # Prometheus watches the folder from its start, or not at all.
    states.private_folder((state / LOAD_TARGETS).parent)


def _write_private(file: Path, text: str) -> None:
    """Write a configuration, which may hold credentials, for its owner alone."""
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
