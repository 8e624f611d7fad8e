"""The values of options of a load, judged where they are typed: each error names its option."""

import math
import re
import urllib.parse
from pathlib import Path

from toolkit import durations
from toolkit.errors import ConfigurationError, UsageError
from toolkit.load.stages import SHAPES
from toolkit.unknown_name_did_you_mean import unknown_name

_PLAIN_NUMBER = re.compile(r"\d+(\.\d+)?")
_MOST_PER_SECOND = 1e6


def seconds(option: str, text: str) -> float:
    """A time above 0 as `90`, `90s`, `1m30s` or `500ms`; 0 where none was given."""
    if not text:
        return 0.0
    try:
        found = float(text) if _PLAIN_NUMBER.fullmatch(text) else durations.seconds(text)
    except ConfigurationError:
        found = 0.0
    if found <= 0:
        raise UsageError(
            f"{option} {text}: not a time above 0.", fix=f"write it like {option} 90s or 1m30s."
        )
    return found


def whole_seconds(option: str, text: str) -> int:
    """The same in whole seconds: Locust counts in no others."""
    found = seconds(option, text)
    if found != int(found):
        raise UsageError(
            f"{option} {text}: not a whole number of seconds.",
            fix=f"write it like {option} {max(1, round(found))}s.",
        )
    return int(found)


def rate(number: float | None) -> float:
    """Requests a second; 0 where none were given."""
    if number is None:
        return 0.0
    if not math.isfinite(number) or number > _MOST_PER_SECOND:
        raise UsageError(
            f"--rate {number:g}: not a rate that can be sent.",
            fix=f"give a number of requests a second, at most {_MOST_PER_SECOND:g}.",
        )
    return number


def shape(option: str, name: str) -> str:
    """One of the shapes of a rate; empty where none was given."""
    if name and name not in SHAPES:
        raise UsageError(f"{option}: {unknown_name('shape', name, SHAPES)}")
    return name


def address(option: str, text: str) -> str:
    """A `host:port` to listen on; empty where none was given."""
    try:
        parts = urllib.parse.urlsplit(f"//{text}")
        port = parts.port
    except ValueError:
        parts, port = urllib.parse.urlsplit(""), None
    if text and (parts.hostname is None or port is None or parts.netloc != text or "@" in text):
        raise UsageError(
            f"{option} {text}: not an address to listen on.",
            fix=f"write it like {option} 0.0.0.0:9646; port 0 takes a free one.",
        )
    return text


def file(option: str, text: str) -> str:
    """The absolute path of a file that can be read; empty where none was given."""
    if not text:
        return ""
    path = Path(text).expanduser()
    try:
        path.open("rb").close()
    except OSError as error:
        raise UsageError(f"{option} {text}: {error.strerror}.") from None
    return str(path.absolute())


def proxy(text: str) -> str:
    """The address of an HTTP proxy; empty where none was given."""
    if not text:
        return ""
    try:
        parts = urllib.parse.urlsplit(text)
        complete = parts.scheme == "http" and bool(parts.hostname) and parts.port is not None
    except ValueError:
        complete = False
    if not complete:
        raise UsageError(
            f"--proxy {text.rpartition('@')[2]}: not the address of an HTTP proxy.",
            fix="write it like http://proxy.example:3128.",
        )
    return text
