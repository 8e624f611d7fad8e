"""Whether anything answers at an address, before a load is sent there."""

import socket
import urllib.parse
import warnings
from dataclasses import dataclass

from toolkit.errors import UnreachableError, UsageError
from toolkit.http_client import Access, HttpClient
from toolkit.load.load_plan import LoadPlan

_SECONDS = 5.0
_FIX = "start the service with `toolkit up`, or correct its address: --url or --target."


def require_reachable(plan: LoadPlan) -> None:
    """Raise UnreachableError when nothing answers; UsageError when it is not an address.

    Asked with the plan's own certificates and proxy, since the load will be. Without either, a
    connection is enough: the service would count a request, and so one more than the load sends.
    """
    address = urllib.parse.urlsplit(plan.url)
    if address.scheme == "tcp":  # as services have that only listen, such as Redis
        raise UsageError(
            f"{plan.url}: does not speak HTTP, so no load can be sent there.",
            fix="name another service with --service, or an address with --url.",
        )
    if address.scheme == "http" and address.hostname and not plan.proxy:
        try:
            socket.create_connection((address.hostname, address.port or 80), _SECONDS).close()
        except socket.gaierror as error:
            raise UnreachableError(
                f"{plan.url}: the name {address.hostname} is not known: {error.strerror}.",
                fix=_FIX,
            ) from None
        except OSError as error:
            raise _explained(plan, str(error)) from None
        return
    access = Access(
        login=_login(plan.credentials),
        verify=False if plan.insecure else plan.ca_file or True,
        certificate=(plan.client_certificate, plan.client_key) if plan.client_certificate else None,
    )
    client = HttpClient(
        name="the service",
        url=plan.url,
        hint=_FIX,
        access=access,
        proxy=plan.proxy,
        follows_redirects=False,
        # Whoever is loaded may answer for ever.
        reads_answers=False,
        timeout_seconds=_SECONDS,
    )
    try:
        with warnings.catch_warnings():
            # Of a certificate that is not verified: --insecure asks for just that.
            warnings.simplefilter("ignore")
            client.request("GET", "").close()
    except UnreachableError as error:
        # What requests itself says, since the load has options of its own against it.
        raise _explained(plan, str(error.__cause__ or error.message)) from None


def _login(credentials: str) -> tuple[str, str] | None:
    user, _, password = credentials.partition(":")
    return (user, password) if credentials else None


def _explained(plan: LoadPlan, reason: str) -> UnreachableError:
    url = plan.url
    if fault := _tls_fault(url, reason):
        return fault
    if "NameResolutionError" in reason:
        return UnreachableError(
            f"{url}: the name {urllib.parse.urlsplit(url).hostname} is not known.", fix=_FIX
        )
    if plan.proxy:
        proxy = plan.proxy.rpartition("@")[2].removeprefix("http://")
        return UnreachableError(
            f"{url}: the proxy {proxy} does not reach it, or is not there.", fix="see --proxy."
        )
    if "no answer in" in reason:
        return UnreachableError(
            f"{url}: no answer came in {_SECONDS:g} s, so no load was sent.",
            fix="is it http there, and not https? Is the service too busy to answer at all?",
        )
    return UnreachableError(f"{url}: nothing answers there, so no load was sent.", fix=_FIX)


def _tls_fault(url: str, reason: str) -> UnreachableError | None:
    """What is wrong where something answers, and TLS is not agreed upon."""
    if "CERTIFICATE_VERIFY_FAILED" in reason:
        why = reason.partition("CERTIFICATE_VERIFY_FAILED]")[2].partition("(_ssl")[0].strip()
        return UnreachableError(
            f"{url}: answers, but its certificate is not accepted: "
            f"{why.removeprefix('certificate verify failed:').strip()}.",
            fix="name its authority with --ca-file FILE, or give --insecure to accept any.",
        )
    if "WRONG_VERSION_NUMBER" in reason:
        return UnreachableError(
            f"{url}: answers, but not with TLS.",
            fix=f"is it {url.replace('https:', 'http:', 1)}?",
        )
    if "NameResolutionError" in reason:
        return None
    if "SSLError" in reason or "certificate required" in reason or "alert" in reason:
        return UnreachableError(
            f"{url}: answers, but TLS fails: {reason}",
            fix="is it https? Does it ask for --client-cert and --client-key?",
        )
    return None


@dataclass(frozen=True, slots=True)
class Address:
    """An address without its credentials, which no report may show."""

    url: str
    credentials: str


def without_credentials(url: str) -> Address:
    """The address, and `user:password` apart. Raises UsageError for one that is not complete."""
    try:
        parts = urllib.parse.urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise UsageError(
            f"{url.rpartition('@')[2]!r} is not an address: {error}.",
            fix="write it like http://127.0.0.1:8000.",
        ) from None
    login, at, host = parts.netloc.rpartition("@")
    if not at:
        return Address(url, "")
    user, _, password = login.partition(":")
    pair = f"{urllib.parse.unquote(user)}:{urllib.parse.unquote(password)}"
    return Address(parts._replace(netloc=host).geturl(), pair)
