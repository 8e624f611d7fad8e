"""The ruler's API of Mimir, Cortex and an older Mimir, as documented and in their source.

Written from them, not recorded from a real one.
Source: https://grafana.com/docs/mimir/latest/references/http-api/#ruler, pkg/ruler/api.go and
namespace_protection.go of grafana/mimir; https://cortexmetrics.io/docs/api/#ruler.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import yaml

from tests.support import http_server

MIMIR, CORTEX = "/prometheus/config/v1/rules", "/api/v1/rules"
Answer = tuple[int, str]
ACCEPTED = (202, '{"status":"success","data":null,"errorType":"","error":""}')


@dataclass
class RulerState:
    """What one ruler holds: groups by tenant, namespace and name; every write; its way to be."""

    prefix: str = MIMIR
    needs_tenant: bool = False
    empty_is_404: bool = False  # Cortex, and older Mimirs; newer ones answer an empty mapping
    protected: tuple[str, ...] = ()
    most_rules: int = 100
    held: dict[tuple[str, str, str], dict[str, Any]] = field(default_factory=dict)
    writes: list[str] = field(default_factory=list)
    types: set[str] = field(default_factory=set)
    instead: Answer | None = None  # to everything
    instead_of_writes: Answer | None = None
    url: str = ""

    def namespace(self, name: str, tenant: str = "anonymous") -> dict[str, dict[str, Any]]:
        """The groups of one namespace, by name."""
        wanted = (tenant, name)
        return {group: x for (*where, group), x in self.held.items() if tuple(where) == wanted}

    def answer(self, method: str, path: str, tenant: str, body: str) -> Answer:
        """The status and the text of an answer."""
        if self.instead is not None:
            return self.instead
        found = re.fullmatch(rf"{re.escape(self.prefix)}/([^/]+)(?:/([^/]+))?", path)
        if not found:
            return 404, "404 page not found\n"
        if self.needs_tenant and not tenant:
            return 401, "no org id\n"
        namespace, group = unquote(found[1]), unquote(found[2] or "")
        if method == "GET":
            return self._listed(tenant or "anonymous", namespace)
        self.writes.append(f"{method} {path}")
        if self.instead_of_writes is not None:
            return self.instead_of_writes
        return self._write(method, tenant or "anonymous", namespace, group, body)

    def _listed(self, tenant: str, namespace: str) -> Answer:
        groups = list(self.namespace(namespace, tenant).values())
        if groups:
            return 200, yaml.safe_dump({namespace: groups})
        return (404, "no rule groups found\n") if self.empty_is_404 else (200, "{}\n")

    def _write(self, method: str, tenant: str, namespace: str, group: str, body: str) -> Answer:
        if namespace in self.protected:
            return 403, "namespace is protected, no modification allowed\n"
        if method == "DELETE":
            missing = self.held.pop((tenant, namespace, group), None) is None
            return (404, "group does not exist\n") if missing else ACCEPTED
        given = yaml.safe_load(body)
        if not isinstance(given, dict) or "name" not in given:
            return 400, "unable to decoded rule group\n"
        if len(given["rules"]) > self.most_rules:
            words = f"per-user rules per rule group limit (limit: {self.most_rules} actual: "
            return 400, f"{words}{len(given['rules'])}) exceeded\n"
        self.held[tenant, namespace, given["name"]] = given
        return ACCEPTED


@contextmanager
def serving(state: RulerState) -> Iterator[RulerState]:
    """The server on a port of its own, until the block ends."""

    class Handler(http_server.QuietHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.body().decode()
            if body:
                state.types.add(self.headers.get("Content-Type", ""))
            tenant = self.headers.get("X-Scope-OrgID", "")
            status, text = state.answer(self.command, self.path, tenant, body)
            headers = {"Content-Type": "application/yaml"}
            if state.protected:
                headers["X-Mimir-Ruler-Protected-Namespaces"] = ", ".join(state.protected)
            self.reply(status, text, headers)

        do_GET = do_POST = do_DELETE = _handle  # noqa: N815 - the names that http.server asks for

    with http_server.serving(Handler) as state.url:
        yield state
