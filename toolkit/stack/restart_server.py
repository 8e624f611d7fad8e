"""End and start again one server of a running stack, on its own address."""

import time
from contextlib import suppress
from dataclasses import replace

import psutil

from toolkit.config.pyproject import Config
from toolkit.errors import StackError, UsageError
from toolkit.stack import logs, process, server_commands
from toolkit.stack import state as states
from toolkit.stack.server_commands import SERVE
from toolkit.stack.start_and_stop import READY_SECONDS
from toolkit.stack.state import Running, RunningStack
from toolkit.unknown_name_did_you_mean import did_you_mean


def stop(stack: RunningStack, name: str) -> None:
    """End the server and its children. Raises StackError when one of them lives on."""
    member = process.find(_named(stack, name), str(stack.state))
    if member is None:
        return
    children: list[psutil.Process] = []
    with suppress(psutil.NoSuchProcess):
        children = member.children(recursive=True)
    left = process.end([member, *children])
    if left:
        raise StackError(f"{name}: could not end {', '.join(f'pid {pid}' for pid in left)}.")


def start(
    config: Config, stack: RunningStack, name: str, *, serve: tuple[str, ...] = SERVE
) -> RunningStack:
    """Start the ended server as it was started before, and await it; the stack as it is then."""
    _named(stack, name)
    planned = server_commands.plan(
        config,
        stack.addresses,
        state=stack.state,
        secret=stack.secret,
        serve=serve,
    )
    component = next(component for component in planned if component.name == name)
    log = logs.folder(stack.state) / f"{name}.log"
    running = process.start(component, mark=str(stack.state), log=log, root=config.root)
    stack = replace(
        stack, components=tuple(running if c.name == name else c for c in stack.components)
    )
    states.write(stack)
    for _ in process.as_ready((running,), deadline=time.monotonic() + READY_SECONDS):
        pass
    return stack


def _named(stack: RunningStack, name: str) -> Running:
    for component in stack.components:
        if component.name == name:
            return component
    known = {component.name for component in stack.components}
    raise UsageError(
        f"{stack.state}: no server {name!r} was started here{did_you_mean(name, known)}"
    )
