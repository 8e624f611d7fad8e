"""The same rules and dashboards as Kubernetes manifests, for the Prometheus Operator.

A `PrometheusRule` for each rule file, a `ServiceMonitor` for each service, a `ConfigMap` for
each dashboard, which Grafana's sidecar picks up by its label, and a kustomization that
lists them. They repeat the content of the committed files, so they are written where the user
deploys from, and not into this repository.
Source: https://prometheus-operator.dev/docs/api-reference/api/ and the sidecar's
description in https://github.com/grafana/helm-charts
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from toolkit.config.services import ServiceConfig
from toolkit.errors import DefinitionError, UsageError
from toolkit.formats.yaml_text import yaml_text
from toolkit.generate import dashboards
from toolkit.generate.write import Output
from toolkit.grafana import provisioning
from toolkit.project import Project
from toolkit.prometheus import write_rule_files

COMMAND = "toolkit build --kind operator"
MARK = "# Generated from "
"""How every file begins; a file that begins otherwise is the user's and stays untouched."""

MOST_BYTES = 1_000_000  # Kubernetes takes a ConfigMap of 1 MiB with all that belongs to it
# Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/
_LABEL = re.compile(r"(?:[a-z0-9.-]+/)?[A-Za-z0-9](?:[A-Za-z0-9_.-]*[A-Za-z0-9])?")
_VALUE = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?)?")
_NAMESPACE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What a cluster requires: a namespace, and the labels by which its operator selects."""

    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.namespace and not _NAMESPACE.fullmatch(self.namespace):
            raise UsageError(f"namespace {self.namespace!r}: use lower-case letters, digits and -.")
        for name, value in self.labels.items():
            if not _LABEL.fullmatch(name) or not _VALUE.fullmatch(value):
                raise UsageError(
                    f"label {name}={value}: Kubernetes does not accept it.",
                    fix="use letters, digits, -, _ and ., with a letter or digit at both ends.",
                )


def render(project: Project, cluster: Cluster) -> Output:
    """The manifests by file name. Raises DefinitionError for a dashboard that is too large."""
    texts = dict(_manifests(project, cluster))
    kustomization = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
        "resources": sorted(texts),
    }
    texts["kustomization.yaml"] = yaml_text(kustomization, "pyproject.toml", COMMAND)
    return Output(texts, (".",), mark=MARK)


def _manifests(project: Project, cluster: Cluster) -> Iterator[tuple[str, str]]:
    config = project.config
    for file in project.rule_files:
        data = write_rule_files.rule_file(
            file, runbook_url=config.runbook_url, dashboard_urls=project.dashboard_urls
        )
        name = _name(f"{file.name}-alerts")
        source = f"{config.alerts.replace('.', '/')}/{file.name}/"
        manifest = _manifest(
            project, cluster, ("monitoring.coreos.com/v1", "PrometheusRule", name), spec=data
        )
        yield f"prometheusrule-{name}.yaml", yaml_text(manifest, source, COMMAND)
    for service in config.all_services:
        if service.is_scraped:
            yield _monitor(project, cluster, service)
    yield from _dashboards(project, cluster)


def _monitor(project: Project, cluster: Cluster, service: ServiceConfig) -> tuple[str, str]:
    """The ServiceMonitor of a service: whatever carries its job as a label is scraped."""
    parts = urlsplit(service.url)
    name = _name(service.job)
    manifest = _manifest(
        project,
        cluster,
        ("monitoring.coreos.com/v1", "ServiceMonitor", name),
        spec={
            # The label's value becomes `job`, which the rules select by.
            "jobLabel": "app.kubernetes.io/name",
            "selector": {"matchLabels": {"app.kubernetes.io/name": service.job}},
            "endpoints": [
                {
                    "port": "http",
                    "path": parts.path.rstrip("/") + service.metrics,
                    **({"scheme": parts.scheme} if parts.scheme != "http" else {}),
                    "interval": project.config.scrape_interval,
                }
            ],
        },
    )
    return f"servicemonitor-{name}.yaml", yaml_text(manifest, "pyproject.toml", COMMAND)


def _dashboards(project: Project, cluster: Cluster) -> Iterator[tuple[str, str]]:
    models = dashboards.models(project)
    folder = provisioning.folder(project.config)["title"]
    for page in project.pages:
        text = dashboards.text(models[page.dashboard.uid])
        if len(text.encode()) > MOST_BYTES:
            raise DefinitionError(
                f"{page.path}: is {len(text.encode())} bytes of JSON; a ConfigMap takes "
                f"{MOST_BYTES}.",
                fix="split the dashboard into two.",
            )
        name = _name(f"dashboard-{page.name}")
        manifest = _manifest(
            project,
            cluster,
            ("v1", "ConfigMap", name),
            labels={"grafana_dashboard": "1"},
            annotations={"grafana_folder": folder},
            data={f"{page.name}.json": text},
        )
        yield f"configmap-{name}.yaml", yaml_text(manifest, page.path, COMMAND)


def _manifest(
    project: Project,
    cluster: Cluster,
    kind: tuple[str, str, str],
    *,
    labels: Mapping[str, str] | None = None,
    annotations: Mapping[str, str] | None = None,
    **body: Any,
) -> dict[str, Any]:
    metadata: dict[str, Any] = {"name": kind[2]}
    if cluster.namespace:
        metadata["namespace"] = cluster.namespace
    metadata["labels"] = {
        "app.kubernetes.io/name": project.config.job,
        "app.kubernetes.io/managed-by": "toolkit",
        **(labels or {}),
        **cluster.labels,
    }
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"apiVersion": kind[0], "kind": kind[1], "metadata": metadata, **body}


def _name(text: str) -> str:
    """A name that Kubernetes takes: lower case, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")
