"""The HTTP client of a judged user: one connection kept open, nothing but the request.

What is under Locust's FastHttpUser, without its cookies, redirects and decompression, which
cost as much as the request and would hide what the service answered.
"""

import base64
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import gevent
import gevent.ssl
from geventhttpclient.client import HTTPClient
from geventhttpclient.header import Headers
from geventhttpclient.response import HTTPParseError

# What a service or the network may do.
_FAILURES = (OSError, gevent.Timeout, HTTPParseError)


@dataclass(slots=True)
class Reply:
    """What came back; status 0 and an `error` when nothing did."""

    status: int = 0
    body: bytes = b""
    headers: Headers = field(default_factory=Headers)
    error: BaseException | None = None


class Client:
    """Speaks to one service; `options` are HTTPClient's."""

    def __init__(self, base_url: str, *, insecure: bool, **options: Any) -> None:
        parts = urllib.parse.urlsplit(base_url)
        self._prefix = parts.path.rstrip("/")
        headers = {}
        if parts.username and parts.password:
            pair = f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password)}"
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        self._client = HTTPClient(
            parts.hostname or "",
            parts.port,
            headers=headers,
            ssl=parts.scheme == "https",
            insecure=insecure,
            ssl_context_factory=_unverified if insecure else gevent.ssl.create_default_context,
            **options,
        )

    def send(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        """One request and its whole answer. Raises nothing that a service or network does."""
        try:
            response = self._client.request(method, self._prefix + path, body, headers)
            return Reply(response.get_code(), response.read(), response.info())
        except _FAILURES as error:
            return Reply(error=error)

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def _unverified() -> Any:
    context = gevent.ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, gevent.ssl.CERT_NONE
    return context
