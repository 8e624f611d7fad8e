"""`toolkit build --kind operator`: the same content as manifests, and nobody's file lost."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import WriteProject
from tests.support import required_programs, small_dashboards
from tests.support.repository import ROOT
from toolkit.cli.main import run
from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig
from toolkit.dashboards import Note, Row
from toolkit.errors import DefinitionError
from toolkit.find_definitions import load
from toolkit.generate import kubernetes, write
from toolkit.generate.kubernetes import Cluster
from toolkit.project import Project


@pytest.fixture(scope="module")
def reference() -> Project:
    return load(ROOT)


@pytest.fixture(scope="module")
def manifests(reference: Project) -> dict[str, Any]:
    labels = {"release": "monitoring"}
    output = kubernetes.render(reference, Cluster(namespace="observability", labels=labels))
    return {name: yaml.safe_load(text) for name, text in output.texts.items()}


def of_kind(manifests: dict[str, Any], kind: str) -> list[Any]:
    return [data for data in manifests.values() if data["kind"] == kind]


def test_the_rules_are_those_of_the_rule_files(
    manifests: dict[str, Any], reference: Project
) -> None:
    files = write.render(reference, (write.Part.ALERTS,)).texts
    written = [yaml.safe_load(text) for path, text in files.items() if "/rules/" in path]
    specs = [data["spec"] for data in of_kind(manifests, "PrometheusRule")]
    assert specs == written
    assert sum(len(group["rules"]) for spec in specs for group in spec["groups"]) > 5


@required_programs.PROMTOOL
def test_promtool_reads_the_rules_of_a_manifest(manifests: dict[str, Any], tmp_path: Path) -> None:
    for data in of_kind(manifests, "PrometheusRule"):
        path = tmp_path / "rules.yml"
        path.write_text(yaml.safe_dump(data["spec"]), encoding="utf-8")
        done = subprocess.run(
            ["promtool", "check", "rules", str(path)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


def test_the_service_is_scraped_under_the_job_that_the_rules_ask_for(
    manifests: dict[str, Any], reference: Project
) -> None:
    monitor, *_others = of_kind(manifests, "ServiceMonitor")
    label = monitor["spec"]["jobLabel"]
    assert monitor["spec"]["selector"]["matchLabels"][label] == reference.config.job == "execution"
    assert monitor["spec"]["endpoints"] == [{"port": "http", "path": "/metrics", "interval": "15s"}]


def test_each_dashboard_is_a_config_map_with_the_generated_json(
    manifests: dict[str, Any], reference: Project
) -> None:
    maps = of_kind(manifests, "ConfigMap")
    files = write.render(reference, (write.Part.DASHBOARDS,)).texts
    written = {path.rpartition("/")[2]: text for path, text in files.items() if "json" in path}
    held = {name: text for data in maps for name, text in data["data"].items()}
    assert held == written
    assert {json.loads(text)["uid"] for text in held.values()} >= {"execution-pipeline"}
    for data in maps:
        assert data["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert data["metadata"]["annotations"] == {"grafana_folder": "Execution"}


def test_every_manifest_has_the_names_and_labels_that_the_cluster_asks_for(
    manifests: dict[str, Any],
) -> None:
    for name, data in manifests.items():
        if data["kind"] == "Kustomization":
            continue
        metadata = data["metadata"]
        assert metadata["namespace"] == "observability"
        assert metadata["labels"]["release"] == "monitoring"
        assert metadata["labels"]["app.kubernetes.io/name"] == "execution"
        assert name == f"{data['kind'].lower()}-{metadata['name']}.yaml"
        assert metadata["name"].replace("-", "").isalnum()
        assert metadata["name"].islower()


def test_the_kustomization_lists_every_manifest(manifests: dict[str, Any]) -> None:
    (kustomization,) = of_kind(manifests, "Kustomization")
    assert kustomization["resources"] == sorted(manifests.keys() - {"kustomization.yaml"})


def test_without_a_namespace_none_is_written(reference: Project) -> None:
    texts = kubernetes.render(reference, Cluster()).texts.values()
    assert not any("namespace:" in text for text in texts)


def test_equal_definitions_give_equal_bytes(reference: Project) -> None:
    first, second = (kubernetes.render(reference, Cluster()).texts for _ in range(2))
    assert dict(first) == dict(second)


def test_a_dashboard_that_no_config_map_holds_is_refused() -> None:
    page = small_dashboards.board(Row("All", (Note("n", "x" * kubernetes.MOST_BYTES),)))
    with pytest.raises(DefinitionError) as caught:
        kubernetes.render(small_dashboards.project(page), Cluster())
    assert str(caught.value).startswith("dashboards/events.py: is 100")
    assert str(caught.value).endswith(
        "a ConfigMap takes 1000000.\n  fix: split the dashboard into two."
    )


BUILD = ("build", "--kind", "operator", "--out", "out")


def test_the_command_writes_checks_and_removes_only_what_it_made(
    shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    root = shop()
    assert run([*BUILD]) == 0
    assert capsys.readouterr().out == "4 files are up to date.\n"
    assert sorted(path.name for path in (root / "out").iterdir()) == [
        "configmap-dashboard-shop.yaml",
        "kustomization.yaml",
        "prometheusrule-sales-alerts.yaml",
        "servicemonitor-shop.yaml",
    ]
    assert run([*BUILD, "--check"]) == 0
    own = root / "out" / "mine.yaml"
    own.write_text("kind: Secret\n", encoding="utf-8")
    stale = root / "out" / "configmap-dashboard-gone.yaml"
    stale.write_text("# Generated from shop/dashboards/gone.py: edit that.\n", encoding="utf-8")
    capsys.readouterr()
    assert run([*BUILD, "--check"]) == 1
    told = capsys.readouterr().out
    assert "configmap-dashboard-gone.yaml: orphaned" in told
    assert "fix: run `toolkit build --kind operator`" in told
    assert "mine.yaml" not in told
    assert run([*BUILD]) == 0
    assert own.read_text("utf-8") == "kind: Secret\n"
    assert not stale.exists()


WRONG = {
    "an unknown kind": (
        ("build", "--kind", "opertor"),
        "unknown kind 'opertor'; did you mean 'operator'? (known: classic, operator, v1, v2)",
    ),
    "a label without a value": (
        (*BUILD, "--label", "release"),
        "--label 'release': write it like release=monitoring.",
    ),
    "a label that Kubernetes refuses": (
        (*BUILD, "--label", "re lease=x"),
        "label re lease=x: Kubernetes does not accept it.\n"
        "  fix: use letters, digits, -, _ and ., with a letter or digit at both ends.",
    ),
    "a namespace that Kubernetes refuses": (
        (*BUILD, "--namespace", "My_Space"),
        "namespace 'My_Space': use lower-case letters, digits and -.",
    ),
}


@pytest.mark.parametrize(("words", "told"), WRONG.values(), ids=WRONG)
def test_wrong_words_exit_2(
    words: tuple[str, ...], told: str, shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    shop()
    assert run(list(words)) == 2
    assert capsys.readouterr().err == f"error: {told}\n"


def test_every_service_that_exports_metrics_has_a_monitor(tmp_path: Path) -> None:
    services = (
        ServiceConfig(
            name="shop", url="https://127.0.0.1:8443/v1", metrics="/stats", job="the_shop"
        ),
        ServiceConfig(name="node"),
        ServiceConfig(name="redis", url="tcp://127.0.0.1:6379"),
    )
    project = small_dashboards.project(root=tmp_path)
    config = Config(root=tmp_path, services={x.name: x for x in services})
    texts = kubernetes.render(replace(project, config=config), Cluster()).texts
    found = {name: yaml.safe_load(text) for name, text in texts.items() if "monitor-" in name}
    assert list(found) == ["servicemonitor-the-shop.yaml", "servicemonitor-node.yaml"]
    spec = found["servicemonitor-the-shop.yaml"]["spec"]
    assert spec["selector"]["matchLabels"] == {"app.kubernetes.io/name": "the_shop"}
    assert spec["endpoints"] == [
        {"port": "http", "path": "/v1/stats", "scheme": "https", "interval": "15s"}
    ]
