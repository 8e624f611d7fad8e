"""`examples/kubernetes`: what kustomize applies is valid, whole, and fits the services.

No cluster is at hand: the published schemas, the services' own settings and the programs that run
here stand in for one.
"""

import copy
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml

from target_app.execution import settings as execution
from target_app.services.ai import settings as ai
from target_app.services.analytics_os import settings as analytics_os
from target_app.services.exec_risk import settings as exec_risk
from target_app.tracing import settings as traces
from tests.support.kubernetes_manifests import Cluster, Document, against_schema, misfits, read
from tests.support.repository import ROOT
from toolkit.catalogues import load_generator
from toolkit.config import pyproject
from toolkit.config.services import ServiceConfig
from toolkit.find_definitions import load
from toolkit.generate import kubernetes

FOLDER = ROOT / "examples" / "kubernetes"
PAGE = (FOLDER / "README.md").read_text("utf-8")
ADAPTER = yaml.safe_load((FOLDER / "prometheus-adapter.yaml").read_text("utf-8"))
READ: dict[str, Callable[..., Any]] = {
    "execution": execution.read,
    "ai": ai.read,
    "exec-risk": exec_risk.read,
    "analytics-os": analytics_os.read,
}
_LITERAL = re.compile(r"--from-literal=([\w-]+)=")


@pytest.fixture(scope="module")
def applied(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """All that `kubectl apply --kustomize` reads, with the monitoring that the page has built."""
    folder = tmp_path_factory.mktemp("example") / "kubernetes"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("monitoring"))
    (folder / "monitoring").mkdir()
    for name, text in kubernetes.render(load(ROOT), kubernetes.Cluster()).texts.items():
        (folder / "monitoring" / name).write_text(text, encoding="utf-8")
    return read(folder)


@pytest.fixture
def documents(applied: list[Document]) -> list[Document]:
    return copy.deepcopy(applied)


CLUSTER = Cluster(
    secrets={"trading-secrets": frozenset(_LITERAL.findall(PAGE))},
    metrics=frozenset(rule["name"]["as"] for rule in ADAPTER["rules"]["external"]),
)


def one(documents: list[Document], kind: str, name: str) -> Document:
    (found,) = (x for x in documents if (x["kind"], x["metadata"]["name"]) == (kind, name))
    return found


def container(documents: list[Document], name: str) -> Document:
    (found,) = one(documents, "Deployment", name)["spec"]["template"]["spec"]["containers"]
    assert isinstance(found, dict)
    return found


def test_all_that_is_applied_is_valid_and_fits(documents: list[Document]) -> None:
    kinds = {x["kind"] for x in documents}
    assert kinds >= {
        "Namespace",
        "Deployment",
        "Service",
        "PersistentVolumeClaim",
        "HorizontalPodAutoscaler",
        "ConfigMap",
        "ServiceMonitor",
        "PrometheusRule",
    }
    assert [text for document in documents for text in against_schema(document)] == []
    assert misfits(documents, CLUSTER) == []


def _set(path: str, value: object) -> Callable[[Document], None]:
    """Set, or with None take away, what stands at a path of keys and numbers."""

    def change(document: Document) -> None:
        keys = [int(x) if x.isdigit() else x for x in path.split("/")]
        place: Any = document
        for key in keys[:-1]:
            place = place[key]
        if value is None:
            del place[keys[-1]]
        else:
            place[keys[-1]] = value

    return change


POD = "spec/template/spec"
BROKEN = {
    "a wrong field": (
        "Deployment", "ai", _set("spec/replica", 1),
        "Deployment/ai: spec: Additional properties are not allowed ('replica' was unexpected)",
    ),
    "a wrong value": (
        "Service", "ai", _set("spec/ports/0/port", "http"),
        "Service/ai: spec.ports.0.port: 'http' is not of type 'integer'",
    ),
    "a kind that is not known": (
        "Deployment", "ai", _set("apiVersion", "apps/v1beta9"),
        "Deployment/ai: Couldn't find schema for kind Deployment with api version apps/v1beta9",
    ),
    "a wrong field of the operator": (
        "ServiceMonitor", "locust", _set("spec/endpoints/0/prot", "http"),
        "ServiceMonitor/locust: $.spec.endpoints[0]: Additional properties are not allowed ('prot'",
    ),
    "a wrong value of the operator": (
        "ServiceMonitor", "locust", _set("spec/endpoints/0/interval", "often"),
        "ServiceMonitor/locust: $.spec.endpoints[0].interval: 'often' does not match",
    ),
    "a probe of a port that no container has": (
        "Deployment", "ai", _set(f"{POD}/containers/0/readinessProbe/httpGet/port", "web"),
        "Deployment/ai: readinessProbe: its port 'web' is not one of the container",
    ),
    "a Service's port that no container has": (
        "Service", "redis", _set("spec/ports/0/targetPort", 6380),
        "Service/redis: no container has the port 6380",
    ),
    "a selector that matches no pod": (
        "Service", "execution", _set("spec/selector", {"app": "execution"}),
        "Service/execution: its selector matches no pod",
    ),
    "a selector that matches not its own pods": (
        "Deployment", "ai", _set("spec/selector/matchLabels", {"app": "ai"}),
        "Deployment/ai: its selector matches no pod of its own",
    ),
    "a monitor of a port that the Service lacks": (
        "ServiceMonitor", "ai", _set("spec/endpoints/0/port", "metrics"),
        "ServiceMonitor/ai: Service/ai has no port 'metrics'",
    ),
    "a metric that no rule makes": (
        "HorizontalPodAutoscaler", "locust-worker",
        _set("spec/metrics/0/external/metric/name", "locust_requests"),
        "HorizontalPodAutoscaler/locust-worker: no rule makes the metric 'locust_requests'",
    ),
    "an autoscaler of nothing": (
        "HorizontalPodAutoscaler", "locust-worker", _set("spec/scaleTargetRef/name", "workers"),
        "HorizontalPodAutoscaler/locust-worker: there is no Deployment 'workers'",
    ),
    "two that say how many": (
        "Deployment", "locust-worker", _set("spec/replicas", 2),
        "Deployment/locust-worker: its replicas are the autoscaler's to say",
    ),
    "settings that are nowhere": (
        "Deployment", "ai", _set(f"{POD}/containers/0/envFrom/0/configMapRef/name", "settings"),
        "Deployment/ai: there is no ConfigMap 'settings'",
    ),
    "a key that the secret lacks": (
        "Deployment", "ai",
        _set(f"{POD}/containers/0/env/0/valueFrom/secretKeyRef/key", "password"),
        "Deployment/ai: REDIS_PASSWORD: no secret 'trading-secrets' has 'password'",
    ),
    "a volume that is nowhere": (
        "Deployment", "ai", _set(f"{POD}/containers/0/volumeMounts/0/name", "store"),
        "Deployment/ai: there is no volume 'store'",
    ),
    "a claim that is nowhere": (
        "Deployment", "ai",
        _set(f"{POD}/volumes/0/persistentVolumeClaim/claimName", "other"),
        "Deployment/ai: there is no volume claim 'other'",
    ),
    "two pods on one volume": (
        "Deployment", "execution", _set("spec/replicas", 2),
        "Deployment/execution: several pods would share one volume",
    ),
    "a new pod next to the old one": (
        "Deployment", "execution", _set("spec/strategy", {"type": "RollingUpdate"}),
        "Deployment/execution: several pods would share one volume",
    ),
    "variables of Kubernetes' own": (
        "Deployment", "ai", _set(f"{POD}/enableServiceLinks", None),
        "Deployment/ai: services become variables, which settings may be named like",
    ),
    "a name twice": (
        "Service", "redis", _set("metadata/name", "ai"), "Service/ai: stands here twice",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("kind", "name", "change", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_broken_is_found(
    documents: list[Document],
    kind: str,
    name: str,
    change: Callable[[Document], None],
    message: str,
) -> None:
    broken = one(documents, kind, name)
    change(broken)
    found = list(against_schema(broken)) or misfits(documents, CLUSTER)
    assert [x for x in found if x.startswith(message)] == found[:1] != []


def environment(documents: list[Document], name: str) -> dict[str, str]:
    """A container's variables; a secret has its key's name in it."""
    found: dict[str, str] = {}
    for source in container(documents, name).get("envFrom", ()):
        found |= one(documents, "ConfigMap", source["configMapRef"]["name"])["data"]
    for variable in container(documents, name)["env"]:
        reference = variable.get("valueFrom", {}).get("secretKeyRef", {})
        text = variable.get("value", f"the-secret-of-{reference.get('key')}")
        found[variable["name"]] = re.sub(r"\$\((\w+)\)", lambda match: found[match[1]], text)
    return found


@pytest.mark.parametrize("name", READ)
def test_a_service_takes_its_settings_and_listens_where_it_is_asked(
    documents: list[Document], name: str
) -> None:
    settings = READ[name]([], environment(documents, name))
    declared = pyproject.load(ROOT).service(name)
    (port,) = container(documents, name)["ports"]
    assert (settings.host, settings.port) == ("0.0.0.0", port["containerPort"])
    assert declared.url.endswith(f":{settings.port}")
    assert container(documents, name)["args"] == ["toolkit", "serve", name]
    kept = {x["mountPath"] for x in container(documents, name)["volumeMounts"]}
    paths = [getattr(settings, x, "/data/") for x in ("store", "journal", "audit_log")]
    assert "/data" in kept
    assert all(x.startswith("/data/") for x in paths)
    if name != "execution":
        assert settings.bus_url == "redis://:the-secret-of-redis-password@redis:6379/0"
        assert settings.admin_token == "the-secret-of-admin-token"


@pytest.mark.parametrize("name", READ)
def test_traces_are_off_and_one_line_switches_them_on(documents: list[Document], name: str) -> None:
    variables = environment(documents, name)
    assert traces.read(variables) is None
    on = traces.read({**variables, "OTEL_TRACES_EXPORTER": "otlp"})
    assert on is not None
    assert on.endpoint == "http://collector:4318/v1/traces"
    (map_of_all,) = (
        x for x in documents if x["kind"] == "ConfigMap" and "OTEL_TRACES_EXPORTER" in x["data"]
    )
    assert map_of_all["data"]["OTEL_TRACES_SAMPLER_ARG"] == "0.01"


def test_what_another_service_is_called_at_exists(documents: list[Document]) -> None:
    settings = READ["analytics-os"]([], environment(documents, "analytics-os"))
    for url in (settings.ai_url, settings.exec_risk_url):
        name, port = url.removeprefix("http://").split(":")
        assert one(documents, "Service", name)["spec"]["ports"][0]["port"] == int(port)


def test_variables_of_services_would_be_taken_for_settings() -> None:
    """Why `enableServiceLinks` is false: these two are what Kubernetes gives for a Service `ai`."""
    given = {"AI_SERVICE_HOST": "10.0.0.7", "AI_SERVICE_PORT": "8001"}
    assert READ["ai"]([], given).host == "10.0.0.7"


def test_each_service_is_scraped_under_the_job_that_the_rules_ask_for(
    documents: list[Document],
) -> None:
    scraped: list[ServiceConfig] = [pyproject.load(ROOT).service(name) for name in READ]
    for service in scraped:
        monitor = one(documents, "ServiceMonitor", service.job)
        labels = one(documents, "Service", service.name)["metadata"]["labels"]
        assert monitor["spec"]["selector"]["matchLabels"].items() <= labels.items()
        assert labels[monitor["spec"]["jobLabel"]] == service.job
    load_job = one(documents, "Service", "locust-master")["metadata"]["labels"]
    assert load_job["app.kubernetes.io/name"] == load_generator.JOB


def test_the_autoscalers_metric_comes_from_a_metric_that_is_exported() -> None:
    known = {metric.name for metric in load_generator.CATALOGUE.metrics}
    for rule in ADAPTER["rules"]["external"]:
        series = promql_parser.parse(rule["seriesQuery"])
        assert isinstance(series, promql_parser.VectorSelector)
        assert series.name in known
        text = rule["metricsQuery"].replace("<<.Series>>", series.name)
        query = promql_parser.parse(text.replace("<<.LabelMatchers>>", 'namespace="trading"'))
        assert isinstance(query, promql_parser.AggregateExpr)  # one number for the whole job
    (scaled,) = ADAPTER["rules"]["external"]
    assert scaled["name"]["as"] == "locust_requests_per_second"


def test_the_workers_look_for_the_master_where_it_listens(documents: list[Document]) -> None:
    master, worker = (container(documents, f"locust-{x}")["args"] for x in ("master", "worker"))
    options = dict(x.split("=") for x in (*master, *worker) if "=" in x)
    ports = {
        x["name"]: x["port"] for x in one(documents, "Service", "locust-master")["spec"]["ports"]
    }
    assert options["--metrics-address"] == f"0.0.0.0:{ports['http']}"
    assert f"--master-host={'locust-master'}" in worker
    assert "--master-host=0.0.0.0" in master
    assert ports["workers"] == 5557  # the default of `toolkit load`
    execution_port = one(documents, "Service", "execution")["spec"]["ports"][0]["port"]
    assert options["--url"] == f"http://execution:{execution_port}"
    scenario = [x for x in master if not x.startswith("-")][2]
    assert (ROOT / "loadtests" / f"{scenario}.py").is_file()


def test_every_image_has_an_exact_release(documents: list[Document]) -> None:
    (image,) = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["images"]
    for deployment in (x for x in documents if x["kind"] == "Deployment"):
        used = container(documents, deployment["metadata"]["name"])["image"]
        assert used == image["name"] or re.search(r":\d+\.\d+", used), used
    assert re.fullmatch(r"\d+\.\d+\.\d+", image["newTag"])


def test_the_page_names_only_files_that_exist_and_builds_what_is_applied() -> None:
    for name in re.findall(r"`((?:services|load)/[\w.-]*|prometheus-adapter\.yaml)`", PAGE):
        assert (FOLDER / name).exists(), name
    (command,) = re.findall(r"^\$ (toolkit .*)$", PAGE, re.MULTILINE)
    out = shlex.split(command)[-1]
    listed = yaml.safe_load((FOLDER / "kustomization.yaml").read_text("utf-8"))["resources"]
    assert Path(out).parent == FOLDER.relative_to(ROOT)
    assert Path(out).name in listed
