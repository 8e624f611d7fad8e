"""Which services a stack starts: all that it can, or what was asked for, with what it needs."""

import shutil
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from toolkit.config.pyproject import Config
from toolkit.config.services import SERVERS, ServiceConfig, ServiceRun, with_needs
from toolkit.errors import StackError, UsageError
from toolkit.unknown_name_did_you_mean import unknown_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The services that a stack starts, by the names of services and of profiles.

    `only`: these; None: all but those that run on demand. `too`: these of the latter as well.
    `without`: not these, unless another needs them.
    """

    only: Collection[str] | None = None
    too: Collection[str] = ()
    without: Collection[str] = ()


EVERYTHING = Selection()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenServices:
    """The names of the services that are started, and why each other one is not.

    What is `left_out` cannot run here. What is `not_started` may be started by somebody else.
    """

    started: frozenset[str]
    left_out: Mapping[str, str]
    not_started: Mapping[str, str]


def choose(config: Config, selection: Selection = EVERYTHING) -> ChosenServices:
    """What the selection starts, each service with all that it needs.

    What runs where it is installed is left out where it, or what it needs, is not; unless it was
    asked for. Raises UsageError for a name that is unknown or names nothing that can be started,
    StackError for a program that is missing.
    """
    known = {service.name: service for service in config.all_services}
    missing = {name for name, service in known.items() if not _is_installed(config, service)}
    asked = _asked_for(config, selection)
    left_out = {name: f"{known[name].command[0]} is not installed" for name in missing}
    started: set[str] = set()
    for name, service in known.items():
        by_itself = (
            selection.only is None
            and name not in selection.without
            and service.run is not ServiceRun.ON_DEMAND
            and service.is_started
        )
        if name not in asked and not by_itself:
            continue
        needed = with_needs(known.values(), name)
        gone = next((x for x in needed if x in missing), "")
        if not gone:
            started |= {x for x in needed if known[x].is_started}
        elif name in asked or service.is_constant:
            raise _is_missing(config, known[gone], service)
        elif gone != name:
            left_out[name] = f"it needs {gone}, and {left_out[gone]}"
    rest = (x for name, x in known.items() if name not in started and name not in left_out)
    return ChosenServices(
        started=frozenset(started),
        left_out=left_out,
        not_started={service.name: _why_not(config, service) for service in rest},
    )


def _asked_for(config: Config, selection: Selection) -> frozenset[str]:
    """The services that were named, by themselves or by their profile."""
    asked = set()
    for name in selection.only or ():
        asked |= {service.name for service in _named(config, name)}
    for name in selection.too:
        for service in _named(config, name):
            if service.run is not ServiceRun.ON_DEMAND:
                raise UsageError(
                    f"{name}: does not run on demand, but {service.run.value}.",
                    fix="leave it out of --with: `toolkit up` starts it by itself.",
                )
            asked.add(service.name)
    return frozenset(asked)


def _named(config: Config, name: str) -> tuple[ServiceConfig, ...]:
    """The service of this name, or those of this profile. Raises UsageError where none is."""
    services = config.all_services
    found = tuple(x for x in services if name in {x.name, x.profile})
    if not found:
        if name in SERVERS:
            raise UsageError(
                f"{name}: is a server of the stack, and not a service.",
                fix="name a service: the stack's own servers are started with it.",
            )
        known = {x.name for x in services} | {x.profile for x in services if x.profile}
        raise UsageError(unknown_name("service", name, known))
    for service in found:
        if not service.is_started:
            raise UsageError(
                f"{service.name}: has no python and no command, so it is not started here.",
                fix=f"start it yourself on {service.url}, or say how in pyproject.toml.",
            )
    return found


def _is_installed(config: Config, service: ServiceConfig) -> bool:
    """Whether its program is there, or need not be."""
    if not service.command:
        return True
    program = service.command[0]
    # A path counts from the project's folder, where the program is started.
    if "/" in program:
        return (config.root / program).is_file()
    return shutil.which(program) is not None


def _is_missing(config: Config, gone: ServiceConfig, needed_by: ServiceConfig) -> StackError:
    program = gone.command[0]
    if gone == needed_by:
        where = Path(config.root, program) if "/" in program else f"{program} on PATH"
        return StackError(
            f"{gone.name}: there is no {where}.",
            fix=f"install it, or correct [tool.toolkit.services.{gone.name}] command.",
        )
    return StackError(
        f"{gone.name}: {program} is not installed, and {needed_by.name} needs it.",
        fix="install it, or start the stack without it.",
    )


def _why_not(config: Config, service: ServiceConfig) -> str:
    """Why the stack does not start a service that it could leave to others."""
    if not service.is_started:
        if not config.services:
            return "[tool.toolkit] serve is empty"
        return "it has no python and no command"
    if service.run is ServiceRun.ON_DEMAND:
        return "it runs on demand (`toolkit up --with NAME`)"
    return "it was not asked for"
