"""A scrape as text, from an address or a file: bounded in size and time, and text for certain."""

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from toolkit.errors import UnreachableError, UsageError
from toolkit.http_client import in_time
from toolkit.http_proxies import proxies_for
from toolkit.unanswered_reasons import reason_of

if TYPE_CHECKING:
    import requests

MOST_BYTES = 10_000_000
MOST_SECONDS = 10.0
_GRACE_SECONDS = 1.0  # for what is said of an answer that came at the last moment
_PART_BYTES = 65_536
_ACCEPT = "text/plain;version=0.0.4;q=1,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1"
_HINT = "start the program, or correct the address."
_GZIP = b"\x1f\x8b"


def is_address(source: str) -> bool:
    """Whether `source` is meant as an address, not as a file."""
    return source.startswith(("http://", "https://"))


def read(source: str, *, most_seconds: float = MOST_SECONDS) -> str:
    """The text of a scrape; `source` is an address, with its path, or a file.

    Raises UsageError for what is not a scrape, and UnreachableError where none comes in time.
    """
    if is_address(source):
        content, named = _fetched(source, most_seconds), without_credentials(source)
    elif "://" in source:
        raise UsageError(
            f"{source!r} is not an address.", fix="write it like http://127.0.0.1:8000/metrics."
        )
    else:
        content, named = _of_file(Path(source)), source
    return _text(content, named)


def without_credentials(address: str) -> str:
    """The address as messages and files may show it."""
    try:
        parts = urlsplit(address)
    except ValueError:  # no address: whoever asks it says so
        scheme, separator, rest = address.partition("://")
        return f"{scheme}{separator}{rest.rpartition('@')[2]}"
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _of_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror}.",
            fix="name a file with the text of a scrape, or an address like "
            "http://127.0.0.1:8000/metrics.",
        ) from None
    if len(content) > MOST_BYTES:
        raise _too_long(str(path))
    return content


def _fetched(source: str, most_seconds: float) -> bytes:
    """The answer, within the time. Only a thread can be left where headers come for ever."""
    try:
        return in_time(lambda: _answer(source, most_seconds), most_seconds + _GRACE_SECONDS)
    except TimeoutError:
        raise _late(without_credentials(source), most_seconds) from None


def _late(named: str, most_seconds: float) -> UnreachableError:
    return UnreachableError(
        f"{named}: the answer was not complete in {most_seconds:g} s.", fix=_HINT
    )


def _answer(source: str, most_seconds: float) -> bytes:
    import requests

    named = without_credentials(source)
    try:
        with requests.get(
            source,
            headers={"Accept": _ACCEPT},
            stream=True,
            timeout=most_seconds,
            proxies=proxies_for(source),
        ) as answer:
            _refuse_status(answer, named)
            return _body(answer, named, time.monotonic() + most_seconds)
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema):
        raise UsageError(
            f"{named!r} is not an address.", fix="write it like http://127.0.0.1:8000/metrics."
        ) from None
    except (requests.Timeout, TimeoutError):
        raise _late(named, most_seconds) from None
    except requests.RequestException as error:
        raise UnreachableError(f"{named}: {reason_of(error)}.", fix=_HINT) from None


def _body(answer: "requests.Response", named: str, deadline: float) -> bytes:
    """The whole answer, unpacked. Raises TimeoutError where it goes on after the deadline."""
    from urllib3 import exceptions

    content = bytearray()
    try:
        # read1() gives what has come; other reads wait for the whole of what they were asked.
        while part := answer.raw.read1(_PART_BYTES, decode_content=True):
            content += part
            if len(content) > MOST_BYTES:
                raise _too_long(named)
            if time.monotonic() > deadline:
                raise TimeoutError
    except exceptions.DecodeError:
        raise UsageError(
            f"{named}: says that it is compressed, and cannot be unpacked.",
            fix="correct Content-Encoding in the service.",
        ) from None
    except exceptions.ReadTimeoutError:
        raise TimeoutError from None
    except exceptions.HTTPError:
        raise UnreachableError(f"{named}: the answer broke off.", fix=_HINT) from None
    return bytes(content)


def _refuse_status(answer: "requests.Response", named: str) -> None:
    if answer.ok:
        return
    status = answer.status_code
    fixes = {
        401: "put user and password into the address, or save the scrape to a file.",
        403: "put user and password into the address, or save the scrape to a file.",
        404: "name the path of the metrics: often /metrics, or /actuator/prometheus.",
    }
    raise UsageError(
        f"{named}: answered {status} {answer.reason}.",
        fix=fixes.get(status, "read the program's log; its metrics page does not work."),
    )


def _too_long(named: str) -> UsageError:
    return UsageError(
        f"{named}: longer than {MOST_BYTES // 1_000_000} MB, which no scrape of one service is.",
        fix="name the metrics of one program, or save a part of them to a file.",
    )


def _text(content: bytes, named: str) -> str:
    if content.startswith(_GZIP):
        raise UsageError(
            f"{named}: is compressed with gzip.", fix="unpack it first: gunzip < FILE > scrape.txt"
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(
            f"{named}: is not text.",
            fix="name a text exposition: `curl ADDRESS/metrics` shows one line for each sample.",
        )
    beginning = text.lstrip()[:1]
    if beginning == "<" or (beginning == "{" and _is_json(text)):
        what = "a web page" if beginning == "<" else "JSON"
        raise UsageError(
            f"{named}: is {what}, not a scrape: {text.strip()[:60]!r}",
            fix="name the path of the metrics: often /metrics, or /actuator/prometheus.",
        )
    return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
