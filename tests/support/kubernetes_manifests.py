"""A folder of Kubernetes manifests as kustomize reads it, and what is wrong in it.

Each document is held to the schema that Kubernetes, or the Prometheus Operator, publishes; then
all of them to each other: what one names, another must have.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import yaml

VERSION = "1.37"
OPERATOR = json.loads(Path(__file__).with_name("operator_schemas.json").read_text("utf-8"))
_KUSTOMIZATION = {
    "apiVersion",
    "kind",
    "namespace",
    "resources",
    "images",
    "configMapGenerator",
}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What is in the cluster besides the manifests.

    `secrets` are their keys by name; `metrics` the names that the external metrics API has.
    """

    secrets: Mapping[str, frozenset[str]]
    metrics: frozenset[str]


def read(folder: Path) -> list[Document]:
    """Every document below a kustomization; a generated ConfigMap has the name that is written."""
    kustomization = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))
    unknown = kustomization.keys() - _KUSTOMIZATION
    assert not unknown, f"{folder}: kustomization.yaml: {sorted(unknown)}"
    found: list[Document] = []
    for name in kustomization.get("resources", ()):
        path = folder / name
        if path.is_dir():
            found += read(path)
        else:
            found += [x for x in yaml.safe_load_all(path.read_text("utf-8")) if x]
    for generator in kustomization.get("configMapGenerator", ()):
        data: dict[str, str] = {}
        for name in generator["envs"]:
            lines = (folder / name).read_text("utf-8").splitlines()
            kept = (x for x in lines if x.strip() and not x.startswith("#"))
            data |= dict(x.split("=", 1) for x in kept)
        metadata = {"name": generator["name"]}
        found.append({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data})
    return found


def misfits(documents: Sequence[Document], cluster: Cluster) -> list[str]:
    """Where documents that keep their schemas do not fit each other, or the cluster."""
    return [
        *_twice(documents),
        *(text for each in _workloads(documents) for text in _workload(each, documents, cluster)),
        *_services(documents),
        *_monitors(documents),
        *_autoscalers(documents, cluster),
    ]


def _of(documents: Sequence[Document], kind: str) -> dict[str, Document]:
    return {x["metadata"]["name"]: x for x in documents if x["kind"] == kind}


def _name(document: Document) -> str:
    return f"{document['kind']}/{document['metadata']['name']}"


def against_schema(document: Document) -> Iterator[str]:
    """Where a document does not keep the schema of its kind."""
    schema = OPERATOR.get(document.get("kind"))
    if schema is not None:
        closed = jsonschema.Draft202012Validator(_closed(schema))
        for error in closed.iter_errors(document):
            yield f"{_name(document)}: {error.json_path}: {error.message[:200]}"
        return
    try:
        kubernetes_validate.validate(document, VERSION, strict=True)
    except kubernetes_validate.ValidationError as error:
        where = ".".join(map(str, error.path))
        yield f"{_name(document)}: {where}: {error.message[:200]}"
    except kubernetes_validate.SchemaNotFoundError as error:
        yield f"{_name(document)}: {error.message}"


def _closed(schema: Any) -> Any:
    """The schema of a resource as the API server takes it strictly: no field that it lacks."""
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if isinstance(schema.get("properties"), dict):
        closed["properties"] = {k: _closed(v) for k, v in schema["properties"].items()}
        # `metadata` is the API server's own, and is described nowhere here.
        closed.setdefault("additionalProperties", False)
    if schema.get("x-kubernetes-int-or-string"):
        return {"type": ["integer", "string"]}
    return closed


def _twice(documents: Sequence[Document]) -> Iterator[str]:
    names = [_name(x) for x in documents]
    yield from (
        f"{name}: stands here twice" for name in sorted({x for x in names if names.count(x) > 1})
    )


def _workloads(documents: Sequence[Document]) -> Iterator[Document]:
    yield from (x for x in documents if x["kind"] == "Deployment")


def _workload(document: Document, documents: Sequence[Document], cluster: Cluster) -> Iterator[str]:
    name, spec = _name(document), document["spec"]
    labels = spec["template"]["metadata"]["labels"]
    if not _selects(spec["selector"]["matchLabels"], labels):
        yield f"{name}: its selector matches no pod of its own"
    pod = spec["template"]["spec"]
    if pod.get("enableServiceLinks", True):
        yield f"{name}: services become variables, which settings may be named like"
    volumes = {x["name"]: x for x in pod.get("volumes", ())}
    for volume in volumes.values():
        claim = volume.get("persistentVolumeClaim", {}).get("claimName")
        if claim and claim not in _of(documents, "PersistentVolumeClaim"):
            yield f"{name}: there is no volume claim {claim!r}"
    if any("persistentVolumeClaim" in x for x in volumes.values()) and not _is_alone(spec):
        yield f"{name}: several pods would share one volume"
    for container in pod["containers"]:
        for mount in container.get("volumeMounts", ()):
            if mount["name"] not in volumes:
                yield f"{name}: there is no volume {mount['name']!r}"
        yield from (f"{name}: {text}" for text in _container(container, documents, cluster))


def _is_alone(spec: Document) -> bool:
    return spec.get("replicas") == 1 and spec.get("strategy", {}).get("type") == "Recreate"


def _container(
    container: Document, documents: Sequence[Document], cluster: Cluster
) -> Iterator[str]:
    ports = _ports(container)
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        for how in ("httpGet", "tcpSocket"):
            port = container.get(probe, {}).get(how, {}).get("port")
            if port is not None and port not in ports:
                yield f"{probe}: its port {port!r} is not one of the container"
    for source in container.get("envFrom", ()):
        wanted = source["configMapRef"]["name"]
        if wanted not in _of(documents, "ConfigMap"):
            yield f"there is no ConfigMap {wanted!r}"
    for variable in container.get("env", ()):
        reference = variable.get("valueFrom", {}).get("secretKeyRef")
        if reference and reference["key"] not in cluster.secrets.get(reference["name"], ()):
            yield f"{variable['name']}: no secret {reference['name']!r} has {reference['key']!r}"


def _ports(container: Document) -> set[str | int]:
    ports = container.get("ports", ())
    return {x["name"] for x in ports if "name" in x} | {x["containerPort"] for x in ports}


def _services(documents: Sequence[Document]) -> Iterator[str]:
    for name, service in _of(documents, "Service").items():
        selector = service["spec"]["selector"]
        templates = [x["spec"]["template"] for x in _workloads(documents)]
        pods = [x for x in templates if _selects(selector, x["metadata"]["labels"])]
        if not pods:
            yield f"Service/{name}: its selector matches no pod"
        for port in service["spec"]["ports"]:
            for pod in pods:
                if not any(port["targetPort"] in _ports(x) for x in pod["spec"]["containers"]):
                    yield f"Service/{name}: no container has the port {port['targetPort']!r}"


def _monitors(documents: Sequence[Document]) -> Iterator[str]:
    """A ServiceMonitor may wait for what is not deployed; what it selects must fit."""
    for name, monitor in _of(documents, "ServiceMonitor").items():
        labels = monitor["spec"]["selector"]["matchLabels"]
        for service in _of(documents, "Service").values():
            ports = {x["name"] for x in service["spec"]["ports"]}
            for endpoint in monitor["spec"]["endpoints"]:
                if (
                    _selects(labels, service["metadata"]["labels"])
                    and endpoint["port"] not in ports
                ):
                    wanted = f"{_name(service)} has no port {endpoint['port']!r}"
                    yield f"ServiceMonitor/{name}: {wanted}"


def _autoscalers(documents: Sequence[Document], cluster: Cluster) -> Iterator[str]:
    for name, scaler in _of(documents, "HorizontalPodAutoscaler").items():
        target = scaler["spec"]["scaleTargetRef"]
        workload = _of(documents, target["kind"]).get(target["name"])
        if workload is None:
            yield f"HorizontalPodAutoscaler/{name}: there is no {target['kind']} {target['name']!r}"
        elif "replicas" in workload["spec"]:
            yield f"{_name(workload)}: its replicas are the autoscaler's to say"
        for metric in scaler["spec"]["metrics"]:
            wanted = metric["external"]["metric"]["name"]
            if wanted not in cluster.metrics:
                yield f"HorizontalPodAutoscaler/{name}: no rule makes the metric {wanted!r}"


def _selects(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return selector.items() <= labels.items()
