"""The HTTP client of a judged user: one connection kept open, nothing but the request.

Without the cookies, redirects and decompression of Locust's FastHttpUser, which cost as much
as the request and would hide what the service answered. A request has one timeout for all of
it: a service that answers a byte a second never exceeds that of a read. What is not plain, and
what goes to a proxy, is sent by the library, over a connection of its own.
"""

import base64
import functools
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gevent.ssl
from geventhttpclient.client import HTTPClient
from geventhttpclient.response import HTTPParseError

from toolkit.load_generator.connect_to_ip_address import connect_without_lookup
from toolkit.load_generator.connection_times import Observe, measure
from toolkit.load_generator.http_connection import Connection, PlainRequests, Reply
from toolkit.load_generator.request_deadlines import DEADLINES, TotalTimeoutError

# What a service, a proxy or the network may do; the library raises RuntimeError of a proxy.
_FAILURES = (OSError, HTTPParseError, RuntimeError)
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_SEE_OTHER = frozenset({301, 302, 303})  # followed with a GET, as browsers do (RFC 9110, 15.4)
_NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """How a connection is made. Paths are files in PEM; empty ones are as the machine has it.

    `timeout_seconds` is for a whole request, and `connect_seconds` for its connection alone.
    `proxy` is an address; `credentials` are `user:password` for the service (HTTP Basic).
    """

    timeout_seconds: float = 10.0
    connect_seconds: float = 5.0
    insecure: bool = False
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    proxy: str = ""
    credentials: str = ""

    def ssl_context(self) -> Any:
        """The TLS settings as the library takes them."""
        return _ssl_context(
            insecure=self.insecure,
            ca_file=self.ca_file,
            certificate=self.client_certificate,
            key=self.client_key,
        )


@functools.cache
def _ssl_context(*, insecure: bool, ca_file: str, certificate: str, key: str) -> Any:
    """The TLS settings, made once for a process: reading the authorities takes 40 ms."""
    context = gevent.ssl.create_default_context(cafile=ca_file or None)
    if certificate:
        context.load_cert_chain(certificate, key or None)
    if insecure:
        context.check_hostname, context.verify_mode = False, gevent.ssl.CERT_NONE
    return context


def _nobody(_seconds: float) -> None:
    """Nobody wants to know how long it took."""


class Client:
    """Speaks to one service.

    `connected` and `shaken_hands` are told the seconds that TCP and TLS took for each new
    connection.
    """

    def __init__(
        self,
        base_url: str,
        settings: ConnectionSettings,
        *,
        connected: Observe = _nobody,
        shaken_hands: Observe = _nobody,
    ) -> None:
        self._parts = urllib.parse.urlsplit(base_url)
        self._prefix = self._parts.path.rstrip("/")
        self._settings = settings
        self._connected, self._shaken_hands = connected, shaken_hands
        self._timeout = settings.timeout_seconds
        self._options = self._library_options()
        self._renew()
        self._plain = None if self._through_a_proxy() else PlainRequests(self._always_sent())

    def _library_options(self) -> dict[str, Any]:
        parts, settings = self._parts, self._settings
        headers = {}
        user = parts.username and (
            f"{urllib.parse.unquote(parts.username)}:{urllib.parse.unquote(parts.password or '')}"
        )
        if pair := settings.credentials or user:
            headers["Authorization"] = "Basic " + base64.b64encode(pair.encode()).decode()
        options: dict[str, Any] = {
            "headers": headers,
            "ssl": parts.scheme == "https",
            "insecure": settings.insecure,
            "ssl_context_factory": self._context,
            "connection_timeout": settings.connect_seconds,
            "network_timeout": None,  # the whole request has a deadline
        }
        if settings.proxy:
            proxy = urllib.parse.urlsplit(settings.proxy)
            options |= {"proxy_host": proxy.hostname, "proxy_port": proxy.port or 80}
            if proxy.username:
                options |= {
                    "proxy_user": urllib.parse.unquote(proxy.username),
                    "proxy_password": urllib.parse.unquote(proxy.password or ""),
                }
        return options

    def _context(self, **_: object) -> Any:
        return self._settings.ssl_context()

    def _renew(self) -> None:
        """Begin with no connection."""
        self._client: Any = HTTPClient(
            self._parts.hostname or "", self._parts.port, **self._options
        )
        pool = self._client._connection_pool  # noqa: SLF001 - no option tells how long one takes
        measure(pool, self._connected, self._shaken_hands)
        connect_without_lookup(pool)
        self._pool, self._idle = pool, [Connection(pool)]

    def _through_a_proxy(self) -> bool:
        """Whether a proxy reads each request; with TLS it only makes the connection."""
        return bool(self._settings.proxy) and self._parts.scheme != "https"

    def _always_sent(self) -> list[str]:
        """The lines of headers that the library adds to each request."""
        text: str = self._client._build_request("GET", "/")  # noqa: SLF001 - nobody else tells
        return text.split("\r\n")[1:-2]

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        headers: Mapping[str, str] = _NO_HEADERS,
        *,
        redirects: int = 0,
    ) -> Reply:
        """One request and its whole answer. Raises nothing that a service or network does.

        At most so many `redirects` within the same origin are followed; another is the answer.
        """
        DEADLINES.begin(self._timeout)
        try:
            reply = self._once(method, path, body, headers)
            while redirects and reply.status in _REDIRECTS:
                location = self._within(path, reply.headers.get("location"))
                if not location:
                    break
                if reply.status in _SEE_OTHER and method != "HEAD":
                    method, body = "GET", b""
                path, redirects = location, redirects - 1
                reply = self._once(method, path, body, headers)
        except TotalTimeoutError as error:
            # The library does not take a connection back that was interrupted while it sent.
            self.close()
            self._renew()
            return Reply(error=error)
        except _FAILURES as error:
            return Reply(error=error)
        finally:
            DEADLINES.end()
        return reply

    def _once(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Reply:
        method, target = method.upper(), self._prefix + path
        if self._plain is not None and isinstance(body, bytes):
            head = self._plain.head(method, target, headers, len(body))
            if head:
                return self._asked(method, head + body)
        response = self._client.request(method, target, body, headers)
        return Reply(response.get_code(), response.read(), response.info())

    def _asked(self, method: str, request: bytes) -> Reply:
        # A task may ask several things at once, each from a greenlet of its own.
        connection = self._idle.pop() if self._idle else Connection(self._pool)
        pool = self._pool
        try:
            return connection.ask(method, request)
        finally:
            if pool is self._pool:
                self._idle.append(connection)
            else:  # another request was interrupted meanwhile
                connection.close()

    def _within(self, path: str, location: Any) -> str:
        """The path of a redirect's target below the service's address; empty for another's."""
        if not isinstance(location, str):
            return ""
        here = self._parts._replace(netloc=self._parts.netloc.rpartition("@")[2], query="")
        base = here.geturl().rstrip("/")
        target = urllib.parse.urljoin(base + path, location)
        return target.removeprefix(base) if target.startswith(f"{base}/") else ""

    def close(self) -> None:
        """Close the connections that are idle."""
        for connection in self._idle:
            connection.close()
        self._client.close()
