"""Every HTTP request to a server: how to get in, how long to wait, and what a refusal means.

What is secret comes from environment variables and files, and is in no `repr`, message or
log.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from toolkit.config import TargetConfig
from toolkit.errors import ConfigurationError, RefusedError, UnreachableError

if TYPE_CHECKING:
    import requests

TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What every request to an environment carries; `verify` is a file of authorities or True."""

    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    login: tuple[str, str] | None = field(default=None, repr=False)
    verify: str | bool = True
    certificate: tuple[str, str] | None = None


ANYONE = Access()
"""No credentials at all, as on this machine."""


def of(name: str, target: TargetConfig, environment: Mapping[str, str] = os.environ) -> Access:
    """The access to the target called `name`.

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
            value = Path(file).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"{where} {what}_file: {file}: {error.strerror}.") from None
        if not value:
            raise ConfigurationError(f"{where} {what}_file: {file} is empty.")
        return value
    return ""


def get(
    base: str, path: str, hint: str, access: Access, params: Mapping[str, str] | None = None
) -> "requests.Response":
    """The answer to a GET. Raises UnreachableError without one, RefusedError for a refusal."""
    import requests  # building asks no server, and need not wait for a client

    url = base.rstrip("/") + path
    try:
        answer = requests.get(
            url,
            params=params,
            timeout=TIMEOUT_SECONDS,
            headers=access.headers,
            auth=access.login,
            verify=access.verify,
            cert=access.certificate,
        )
    except requests.Timeout:
        raise UnreachableError(f"{url}: no answer in {TIMEOUT_SECONDS:g} s.", fix=hint) from None
    except requests.RequestException as error:
        reason = "nothing listens there" if _nothing_listens(error) else str(error)
        raise UnreachableError(f"{url}: {reason}.", fix=hint) from None
    if answer.status_code >= requests.codes.server_error:
        raise UnreachableError(
            f"{url}: answered {answer.status_code}: {answer.text[:200]}", fix=hint
        )
    if answer.status_code in {requests.codes.unauthorized, requests.codes.forbidden}:
        raise UnreachableError(
            f"{url}: answered {answer.status_code}: our credentials are not accepted.",
            fix="correct the token or password of [tool.toolkit.targets.…].",
        )
    if answer.status_code >= requests.codes.bad_request:
        raise RefusedError(f"{url}: answered {answer.status_code}: {answer.text[:200]}")
    return answer


def part_of(answer: "requests.Response", part: str, server: str) -> Any:
    """A part of the JSON object that a server answers with.

    Raises ConfigurationError for anything else: another server, or a proxy's login page.
    """
    try:
        return answer.json()[part]
    except (ValueError, KeyError, TypeError):
        raise ConfigurationError(
            f"{answer.url}: answered, but not as {server} does: {answer.text[:80]!r}",
            fix=f"correct the address of {server} in [tool.toolkit.stack] or "
            "[tool.toolkit.targets.…], or the way in.",
        ) from None


def _nothing_listens(error: "requests.RequestException") -> bool:
    return "Connection refused" in str(error)
