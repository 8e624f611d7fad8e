"""The ruler of a Mimir or Cortex over HTTP: one namespace's rule groups, read and written.

Mimir has the API below `/prometheus/config/v1/rules`, Cortex below `/api/v1/rules`; which of them
is there is asked. What is written is stored at once and evaluated from the ruler's next look on.
A ruler without this API (Prometheus, Thanos) raises ConfigurationError; one that is too busy, or
in trouble, UnreachableError; any other refusal RefusedError with the ruler's own words.
Source: https://grafana.com/docs/mimir/latest/references/http-api/#ruler, pkg/ruler/api.go of
grafana/mimir; https://cortexmetrics.io/docs/api/#ruler.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from toolkit.errors import ConfigurationError, RefusedError, UnreachableError
from toolkit.http_client import NO_CREDENTIALS, Access, HttpClient, Refusal

if TYPE_CHECKING:
    import requests

TENANT = "X-Scope-OrgID"
TIMEOUT_SECONDS = 30.0  # it writes to an object store
_PREFIXES = {"Mimir": "/prometheus/config/v1/rules", "Cortex": "/api/v1/rules"}
_PROTECTED = "X-Mimir-Ruler-Protected-Namespaces"
# Older releases, and Cortex, answer 404 for a namespace in which there is nothing yet.
_EMPTY = ("no rule groups found", "group does not exist", "group namespace does not exist")

Group = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class NamespaceRules:
    """The groups of a namespace by name; where it is `protected` nobody may write."""

    groups: Mapping[str, Group]
    protected: bool = False


@dataclass(frozen=True, slots=True)
class Ruler:
    """One ruler, by its address and the path of its API."""

    url: str
    product: str
    access: Access
    hint: str

    def rules(self, namespace: str) -> NamespaceRules:
        """What the namespace holds."""
        found = _read(self.url, self.product, self.access, self.hint, namespace)
        if found is None:
            raise ConfigurationError(f"{self.url}: has no ruler's API any more.", fix=self.hint)
        return found

    def save(self, namespace: str, group: Group) -> None:
        """Create or replace a group."""
        import yaml

        text = yaml.safe_dump(dict(group), sort_keys=False, allow_unicode=True, width=1000)
        self._http.send("POST", _path(self.product, namespace), yaml=text)

    def delete(self, namespace: str, name: str) -> None:
        """Delete a group."""
        self._http.send("DELETE", f"{_path(self.product, namespace)}/{quote(name, safe='')}")

    @property
    def _http(self) -> HttpClient:
        return _client(self.url, self.access, self.hint)


def find_ruler(
    url: str,
    namespace: str,
    *,
    access: Access = NO_CREDENTIALS,
    tenant: str = "",
    hint: str = "start it, or correct its address.",
) -> Ruler:
    """The ruler at that address, whichever API it has; `tenant` goes into every request."""
    if tenant:
        access = replace(access, headers={**access.headers, TENANT: tenant})
    for product in _PREFIXES:
        if _read(url, product, access, hint, namespace) is not None:
            return Ruler(url, product, access, hint)
    paths = " and ".join(_PREFIXES.values())
    raise ConfigurationError(
        f"{url}: has no API for rules ({paths} are not there).",
        fix="name the ruler of a Mimir or Cortex. Prometheus and Thanos' ruler read files: run "
        "`toolkit build`, mount alerts/generated/rules there, and reload it (POST /-/reload).",
    )


def _path(product: str, namespace: str) -> str:
    return f"{_PREFIXES[product]}/{quote(namespace, safe='')}"


def _client(url: str, access: Access, hint: str) -> HttpClient:
    return HttpClient(
        name="a ruler",
        url=url,
        hint=hint,
        access=access,
        timeout_seconds=TIMEOUT_SECONDS,
        follows_redirects=False,  # the credentials would go along
        address_in="[tool.toolkit.stack] or [tool.toolkit.targets.…] ruler, or --url",
        refusals=_REFUSALS,
    )


def _read(
    url: str, product: str, access: Access, hint: str, namespace: str
) -> NamespaceRules | None:
    """What the namespace holds; None where the API is not there."""
    http = _client(url, access, hint)
    path = _path(product, namespace)
    answer = http.request("GET", path)
    if answer.status_code == HTTPStatus.NOT_FOUND:
        is_empty = any(words in answer.text for words in _EMPTY)
        return NamespaceRules({}) if is_empty else None
    http.refuse("GET", path, answer)
    protected = answer.headers.get(_PROTECTED, "").split(",")
    groups = _groups(answer, namespace)
    return NamespaceRules(groups, namespace in (each.strip() for each in protected))


def _groups(answer: "requests.Response", namespace: str) -> dict[str, Group]:
    """The groups of an answer in YAML: a mapping of namespaces, which may be empty."""
    import yaml

    try:
        found = yaml.safe_load(answer.text)
        listed = (found or {}).get(namespace) or []
        return {str(group["name"]): group for group in listed}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        raise ConfigurationError(
            f"{answer.url}: answered, but not as a ruler does: {answer.text[:80]!r}",
            fix="correct the address of the ruler, or the credentials.",
        ) from None


_LATER = "wait, and run it again: what was written stays, and only what is missing is sent."
_REFUSALS: Mapping[int, Refusal] = {
    HTTPStatus.BAD_REQUEST: Refusal(RefusedError, "correct the rules, or have the limit raised."),
    HTTPStatus.UNAUTHORIZED: Refusal(
        ConfigurationError,
        "name the tenant (--tenant, or the header X-Scope-OrgID in [tool.toolkit.targets.…] "
        "headers), or correct the credentials.",
    ),
    HTTPStatus.FORBIDDEN: Refusal(
        RefusedError, "take another namespace with --namespace, or have this one opened."
    ),
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: Refusal(
        RefusedError,
        "split the group, or have the limit of what stands before the ruler raised.",
    ),
    HTTPStatus.TOO_MANY_REQUESTS: Refusal(UnreachableError, _LATER),
    HTTPStatus.INTERNAL_SERVER_ERROR: Refusal(UnreachableError, f"read its log; {_LATER}"),
    HTTPStatus.BAD_GATEWAY: Refusal(UnreachableError, _LATER),
    HTTPStatus.SERVICE_UNAVAILABLE: Refusal(UnreachableError, _LATER),
    HTTPStatus.GATEWAY_TIMEOUT: Refusal(UnreachableError, _LATER),
}
