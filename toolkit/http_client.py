"""Every HTTP request to a server: credentials, timeout, and what a refusal means.

`HttpClient.request` gives whatever the server answers; `send` turns a refusal into an error.
Secrets come from environment variables and files, and are in no `repr`, message or log.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from toolkit.config.targets import TargetConfig
from toolkit.errors import (
    ConfigurationError,
    RefusedError,
    ToolkitError,
    UnreachableError,
    UsageError,
)
from toolkit.http_proxies import proxies_for
from toolkit.secret_file import read_secret
from toolkit.unanswered_reasons import reason_of

if TYPE_CHECKING:
    import requests

T = TypeVar("T")

TIMEOUT_SECONDS = 5.0
WHOLE_SECONDS = 30.0
_YAML = {"Content-Type": "application/yaml"}
QUOTED_CHARACTERS = 200  # of an answer, in a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The credentials of every request to an environment.

    `verify` is a file of certificate authorities, True for those of this machine, or False
    to accept any certificate;
    `certificate` is the client's own, as the files of certificate and key.
    """

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    verify: str | bool = True
    certificate: tuple[str, str] | None = None

    def with_token(self, token: str) -> "Access":
        """The same with this bearer token in place of any other; unchanged for an empty one."""
        if not token:
            return self
        headers = {**self.headers, "Authorization": f"Bearer {token}"}
        return replace(self, headers=headers, login=None)


NO_CREDENTIALS = Access()
"""As on this machine."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What one status of one server means: which error, and how to fix it.

    `reason` stands in the message in place of the server's own words.
    """

    error: type[ToolkitError]
    fix: str
    reason: str = ""


def access_to(
    name: str, target: TargetConfig, environment: Mapping[str, str] = os.environ
) -> Access:
    """The credentials for the target called `name`.

    Raises ConfigurationError for a variable that is not set and a file that cannot be read.
    """
    where = f"[tool.toolkit.targets.{name}]"
    headers = dict(target.headers)
    token = _secret(where, "token", target.token_env, target.token_file, environment)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    password = _secret(where, "password", target.password_env, target.password_file, environment)
    if bool(target.user) != bool(password):
        raise ConfigurationError(
            f"{where}: user and password belong together.",
            fix="set user and one of password_env and password_file.",
        )
    if token and password:
        raise ConfigurationError(f"{where}: has both a token and a password.", fix="drop one.")
    for key in ("ca_file", "client_certificate", "client_key"):
        path = getattr(target, key)
        if path and not Path(path).is_file():
            raise ConfigurationError(f"{where} {key}: there is no file {path!r}.")
    if bool(target.client_certificate) != bool(target.client_key):
        raise ConfigurationError(f"{where}: client_certificate and client_key belong together.")
    return Access(
        headers=headers,
        login=(target.user, password) if password else None,
        verify=target.ca_file or True,
        certificate=(target.client_certificate, target.client_key) if target.client_key else None,
    )


def _secret(where: str, what: str, variable: str, file: str, environment: Mapping[str, str]) -> str:
    if variable and file:
        raise ConfigurationError(f"{where}: has both {what}_env and {what}_file.", fix="drop one.")
    if variable:
        value = environment.get(variable, "")
        if not value:
            raise ConfigurationError(
                f"{where} {what}_env: {variable} is not set.", fix=f"export {variable}=…"
            )
        return value
    if file:
        try:
            value = read_secret(Path(file))
        except OSError as error:
            raise ConfigurationError(f"{where} {what}_file: {file}: {error.strerror}.") from None
        except UnicodeDecodeError:
            raise ConfigurationError(
                f"{where} {what}_file: {file}: is not text.", fix="save it as UTF-8."
            ) from None
        if not value:
            raise ConfigurationError(f"{where} {what}_file: {file} is empty.")
        return value
    return ""


_NOT_LET_IN = Refusal(
    UnreachableError,
    "correct the token or password of [tool.toolkit.targets.…].",
    "our credentials are not accepted.",
)
_REFUSALS: Mapping[int, Refusal] = {
    HTTPStatus.UNAUTHORIZED: _NOT_LET_IN,
    HTTPStatus.FORBIDDEN: _NOT_LET_IN,
}


def in_time(ask: Callable[[], T], seconds: float) -> T:
    """What `ask` gives or raises. Raises TimeoutError where it has not ended in time.

    A server that sends a byte now and then keeps every single read in time. Only a thread can be
    left while it waits for one.
    """
    answers: queue.SimpleQueue[tuple[T | None, BaseException | None]] = queue.SimpleQueue()

    def run() -> None:
        try:
            answers.put((ask(), None))
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            answers.put((None, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        found, error = answers.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError from None
    if error is not None:
        raise error
    return cast("T", found)


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpClient:
    """Asks one server. `name` is what messages call it, and `address_in` where its address is set.

    `hint` is the fix where it does not answer. Without `reads_answers`, the head of an answer
    will do, and it is for the caller to close it. `timeout_seconds` is for each part of an answer
    that comes, `whole_seconds` for all of it. `refusals` say what a status means: without
    one, 500 and above raises UnreachableError and 400 and above RefusedError.
    """

    name: str
    url: str
    hint: str
    access: Access = NO_CREDENTIALS
    timeout_seconds: float = TIMEOUT_SECONDS
    whole_seconds: float = WHOLE_SECONDS
    proxy: str = ""
    reads_answers: bool = True
    follows_redirects: bool = True
    address_in: str = "[tool.toolkit.stack] or [tool.toolkit.targets.…]"
    refusals: Mapping[int, Refusal] = field(default_factory=lambda: _REFUSALS)

    def request(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        yaml: str = "",
    ) -> "requests.Response":
        """The answer, of whatever status; `body` is sent as JSON, `yaml` as it is.

        Raises UnreachableError where no answer comes, UsageError for what is not an address.
        """
        import requests  # building asks no server, and need not wait for a client

        url = self.url.rstrip("/") + path
        try:
            ask = partial(
                requests.request,
                method,
                url,
                params=params,
                json=body,
                data=yaml.encode() if yaml else None,
                timeout=self.timeout_seconds,
                headers={**self.access.headers, **(_YAML if yaml else {})},
                auth=self.access.login,
                verify=self.access.verify,
                cert=self.access.certificate,
                allow_redirects=self.follows_redirects,
                stream=not self.reads_answers,
                proxies=proxies_for(url, self.proxy),
            )
            return in_time(ask, self.whole_seconds)
        except (
            requests.exceptions.InvalidSchema,
            requests.exceptions.InvalidURL,
            requests.exceptions.MissingSchema,
        ):
            raise UsageError(
                f"{self.url!r} is not an address.", fix="write it like http://127.0.0.1:8000."
            ) from None
        except TimeoutError:
            text = f"{url}: the answer was not complete in {self.whole_seconds:g} s."
            raise UnreachableError(text, fix=self.hint) from None
        except requests.Timeout:
            text = f"{url}: no answer in {self.timeout_seconds:g} s."
            raise UnreachableError(text, fix=self.hint) from None
        except requests.RequestException as error:
            raise UnreachableError(f"{url}: {reason_of(error)}.", fix=self.hint) from error

    def send(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        yaml: str = "",
    ) -> "requests.Response":
        """The answer, which is not a refusal. Raises what `request` and `refuse` raise."""
        answer = self.request(method, path, params=params, body=body, yaml=yaml)
        self.refuse(method, path, answer)
        return answer

    def refuse(self, method: str, path: str, answer: "requests.Response") -> None:
        """Raise what `refusals` say of the answer, where it is a refusal.

        Raises ConfigurationError for a redirect that is not followed.
        """
        status = answer.status_code
        if status < HTTPStatus.MULTIPLE_CHOICES:
            return
        asked = f"{method} {self.url.rstrip('/')}{path}".removeprefix("GET ")
        if status < HTTPStatus.BAD_REQUEST:
            raise ConfigurationError(
                f"{asked}: sent on to {answer.headers.get('Location', 'nowhere')}.",
                fix=f"name the address that it ends up at: {self.address_in}.",
            )
        default = UnreachableError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else RefusedError
        fix = self.hint if default is UnreachableError else ""
        refusal = self.refusals.get(status, Refusal(default, fix))
        reason = refusal.reason or _words(answer)
        raise refusal.error(f"{asked}: answered {status}: {reason}", fix=refusal.fix)

    def get(self, path: str, params: Mapping[str, str] | None = None) -> "requests.Response":
        """The answer to a GET; raises as `send`."""
        return self.send("GET", path, params=params)

    def json_of(self, answer: "requests.Response", *keys: str) -> Any:
        """The JSON of an answer, or the part of it below `keys`.

        Raises ConfigurationError for anything else: another server, or a proxy's login page.
        """
        try:
            found = answer.json()
            for key in keys:
                found = found[key]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ConfigurationError(
                f"{answer.url}: answered, but not as {self.name} does: {answer.text[:80]!r}",
                fix=f"correct the address of {self.name} in {self.address_in}, or the credentials.",
            ) from None
        return found


@contextmanager
def answers_of(name: str, url: str) -> Iterator[None]:
    """Within, what is read of an answer must be there: it is JSON, and may be another program's.

    Raises ConfigurationError where it is not as the server called `name` answers.
    """
    try:
        yield
    except (KeyError, IndexError, TypeError, AttributeError, ValueError) as error:
        lacks = f"it has no {error}" if isinstance(error, KeyError) else "it has another form"
        raise ConfigurationError(
            f"{url}: answered, but not as {name} does: {lacks}.",
            fix=f"correct the address of {name} in [tool.toolkit.stack] or "
            "[tool.toolkit.targets.…], or where it is named on the command line.",
        ) from None


def _words(answer: "requests.Response") -> str:
    """The server's own sentence, or the beginning of whatever came instead."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    if isinstance(said, dict):
        for key in ("message", "error"):  # Grafana's and Prometheus' own
            if isinstance(said.get(key), str):
                return _with_causes(str(said[key]), said)
    return answer.text[:QUOTED_CHARACTERS].strip()


def _with_causes(message: str, status: Mapping[str, Any]) -> str:
    """The causes of a Kubernetes-style refusal one below the other, instead of in one line.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
    """
    details = status.get("details")
    causes = details.get("causes") if isinstance(details, dict) else None
    said = [x for x in causes or () if isinstance(x, dict) and x.get("message")]
    head, is_invalid, _ = message.partition(" is invalid")
    if not said or not is_invalid:
        return message
    lines = (f"    {x.get('field', '')}: {x['message']}" for x in said)
    return "\n".join((f"{head} is invalid:", *lines))
