"""Which address each server of the stack gets: the configured one, or a free port instead.

A port that another process holds (Debian's packages run services of their own on 9090 and
9093) is left to it; the stack moves to a free port and says so.
"""

import errno
import socket
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from toolkit.config import Config
from toolkit.errors import ConfigurationError

_HTTP_PORT = 80


@dataclass(frozen=True, slots=True)
class Choice:
    """The address a server gets, and the sentence that says why it is not the configured one."""

    url: str
    note: str = ""


def on_free_ports(config: Config) -> Config:
    """The same configuration for a further stack: port 0 asks for any free port."""
    anywhere = "http://127.0.0.1:0"
    stack = replace(config.stack, service=anywhere, prometheus=anywhere, alertmanager=anywhere)
    return replace(config, stack=stack)


def choose(wanted: Mapping[str, str]) -> dict[str, Choice]:
    """An address for each name: the wanted one where its port is free, else a free port.

    Port 0 asks for any free port. No two names get the same. Raises ConfigurationError for an
    address that cannot be served here: another machine's, https, or one with a path.
    """
    choices = {}
    with ExitStack() as held:  # all are held until all are chosen, so that they differ
        for name, url in wanted.items():
            host, port = _split(name, url)
            bound = _bind(name, url, host, port)
            note = ""
            if bound is None:
                bound = _bind(name, url, host, 0)
                if bound is None:
                    raise ConfigurationError(f"{_key(name)}: {host} has no free port.")
                note = f"{name}: port {port} is taken, so it gets {bound.getsockname()[1]}."
            held.enter_context(bound)
            choices[name] = Choice(address(host, bound.getsockname()[1]), note)
    return choices


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen on `host`:`port` now."""
    bound = _bind("", "", host, port)
    if bound is None:
        return False
    bound.close()
    return True


def address(host: str, port: int) -> str:
    """`http://host:port`, with brackets round an IPv6 host."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _key(name: str) -> str:
    return f"[tool.toolkit.stack] {name}"


def _split(name: str, url: str) -> tuple[str, int]:
    fix = f'write it like {name} = "http://127.0.0.1:9090".'
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ConfigurationError(f"{_key(name)}: {url!r}: {error}.", fix=fix) from None
    if parts.scheme != "http" or host is None or parts.path.strip("/") or parts.query:
        raise ConfigurationError(
            f"{_key(name)}: {url!r} cannot be served here: "
            "only http://HOST:PORT is, without https or a path.",
            fix=fix,
        )
    return host, _HTTP_PORT if port is None else port


def _bind(name: str, url: str, host: str, port: int) -> socket.socket | None:
    """A socket bound to the port, or None where the port is taken or forbidden."""
    try:
        family, *_, target = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, UnicodeError):
        raise _elsewhere(name, url, host) from None
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
            raise _elsewhere(name, url, host) from None
        return None
    return bound


def _answers(family: int, target: tuple[object, ...]) -> bool:
    """Whether a server answers there; where it listens on all addresses, bind may not notice."""
    with socket.socket(family, socket.SOCK_STREAM) as client:
        client.settimeout(0.5)
        return client.connect_ex(target) == 0


def _elsewhere(name: str, url: str, host: str) -> ConfigurationError:
    return ConfigurationError(
        f"{_key(name)}: {url!r}: {host} is not this machine, so nothing can be started there.",
        fix="start the stack on 127.0.0.1, or leave out `toolkit up`: "
        "the other commands work with servers anywhere.",
    )
