"""Which address each server of the stack gets: the configured one, or a free port instead.

A port that another process holds (Debian's packages run services of their own on 9090 and
9093) is left to it; the stack moves to a free port and says so. Between the choice of a port and
the moment when a server listens on it others must not get it, so it is one that the system gives
to nobody by itself.
"""

import errno
import random
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from toolkit.config.pyproject import Config
from toolkit.config.services import with_port
from toolkit.errors import ConfigurationError

_HTTP_PORT = 80
# From here on up to where the system takes the ports of connections and those of port 0.
_FIRST_PORT = 10_000
_LINUX_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST_DYNAMIC_PORT = 49_152  # of other systems: https://www.rfc-editor.org/rfc/rfc6335#section-6
_TRIES = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """The address a server gets, and the sentence that says why it is not the configured one."""

    url: str
    note: str = ""


def on_free_ports(config: Config) -> Config:
    """The same configuration for a further stack: port 0 asks for any free port.

    What runs already keeps its address.
    """
    anywhere = "http://127.0.0.1:0"
    services = {
        name: replace(service, url=with_port(urlsplit(service.url), 0))
        if service.is_started
        else service
        for name, service in config.services.items()
    }
    stack = replace(
        config.stack,
        service=anywhere if config.serve else config.stack.service,
        prometheus=anywhere,
        alertmanager=anywhere,
        shared=(),
    )
    return replace(config, stack=stack, services=services)


def choose(wanted: Mapping[str, str], keys: Mapping[str, str] | None = None) -> dict[str, Choice]:
    """An address for each name: the wanted one where its port is free, else a free port.

    Port 0 asks for any free port. No two names get the same. `keys` says, for those that are
    services, which key of the configuration has the address; theirs may have a path. Raises
    ConfigurationError for an address that cannot be served here: another machine's, https, or
    a server's with a path.
    """
    choices = {}
    with ExitStack() as held:  # all are held until all are chosen, so that they differ
        for name, url in wanted.items():
            key = (keys or {}).get(name, "")
            asked = _Asked(key or f"[tool.toolkit.stack] {name}", url, may_have_path=bool(key))
            parts = asked.parts()
            host, port = parts.hostname or "", parts.port
            port = _HTTP_PORT if port is None else port
            bound = _bind(asked, host, port) if port else None
            note = ""
            if bound is None:
                bound = _bind_any(asked, host)
                if bound is None:
                    raise ConfigurationError(f"{asked.key}: {host} has no free port.")
                if port:
                    note = f"{name}: port {port} is taken, so it gets {bound.getsockname()[1]}."
            held.enter_context(bound)
            choices[name] = Choice(with_port(parts, bound.getsockname()[1]), note)
    return choices


def free_port() -> int:
    """A port of 127.0.0.1 that no process listens on now, and that the system gives to nobody."""
    (choice,) = choose({"server": "http://127.0.0.1:0"}).values()
    return int(choice.url.rpartition(":")[2])


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on `host`:`port` now."""
    bound = _bind(_Asked("", ""), host, port)
    if bound is None:
        return False
    bound.close()
    return True


@dataclass(frozen=True, slots=True)
class _Asked:
    """An address as configured, and the key that it is the value of."""

    key: str
    url: str
    may_have_path: bool = False

    def parts(self) -> SplitResult:
        """Its parts. Raises ConfigurationError where nothing can be served there."""
        fix = f'write it like {self.key.rpartition(" ")[2]} = "http://127.0.0.1:9090".'
        try:
            parts = urlsplit(self.url)
            _ = parts.port
        except ValueError as error:
            raise ConfigurationError(f"{self.key}: {self.url!r}: {error}.", fix=fix) from None
        schemes = ("http", "tcp") if self.may_have_path else ("http",)
        path = "" if self.may_have_path else parts.path.strip("/")
        if parts.scheme not in schemes or parts.hostname is None or path or parts.query:
            without = "https" if self.may_have_path else "https or a path"
            raise ConfigurationError(
                f"{self.key}: {self.url!r} cannot be served here: "
                f"only http://HOST:PORT is, without {without}.",
                fix=fix,
            )
        return parts

    def elsewhere(self, host: str) -> ConfigurationError:
        return ConfigurationError(
            f"{self.key}: {self.url!r}: {host} is not this machine, so nothing can be started "
            "there.",
            fix="start the stack on 127.0.0.1, or leave out `toolkit up`: "
            "the other commands work with servers anywhere.",
        )


def _bind_any(asked: _Asked, host: str) -> socket.socket | None:
    """A socket bound to some free port, or None where there is none."""
    never_given = _never_given()
    # Of the system's own chance: two processes that seed Python's alike would take the same ports.
    for port in random.SystemRandom().sample(never_given, min(_TRIES, len(never_given))):
        bound = _bind(asked, host, port)
        if bound is not None:
            return bound
    return _bind(asked, host, 0)


def _never_given() -> range:
    """The ports that the system gives neither to a connection nor to who asks for any."""
    try:
        first = int(_LINUX_RANGE.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        first = _FIRST_DYNAMIC_PORT
    return range(_FIRST_PORT, first)


def _bind(asked: _Asked, host: str, port: int) -> socket.socket | None:
    """A socket bound to the port, or None where the port is taken or forbidden."""
    try:
        family, *_, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise asked.elsewhere(host) from None
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        if port and _answers(family, target):
            bound.close()
            return None
        # Without it, the ports of a stack that has just ended would count as taken.
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(target)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise asked.elsewhere(host) from None
        return None
    return bound


def _answers(family: int, target: tuple[object, ...]) -> bool:
    """Whether a server answers there; where it listens on all addresses, bind may not notice."""
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(0.5)
        return client.connect_ex(target) == 0
