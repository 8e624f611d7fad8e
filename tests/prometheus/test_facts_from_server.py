"""A running Prometheus says how it is configured, what it scrapes and which rules it has."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.support.foreign_programs import ForeignProgram
from tests.support.http_server import answering, serving
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.cli.main import run
from toolkit.errors import UnreachableError
from toolkit.lint.user_files_as_project import plain_project
from toolkit.prometheus import facts_from_server
from toolkit.prometheus.client import Prometheus
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts

pytestmark = pytest.mark.programs

RULES = """\
groups:
- name: g
  interval: 2s
  rules:
  - {record: a:b:c, expr: sum(up), labels: {x: y}}
  - alert: Raw
    expr: prometheus_http_requests_total > 5
    for: 1m
    labels: {severity: info}
    annotations: {text: "{{ $labels.nothing }}"}
"""
CONFIG = """\
global: {scrape_interval: 1s, external_labels: {site: a}}
rule_files: [rules.yml]
scrape_configs:
- {job_name: itself, scrape_interval: 2s, static_configs: [{targets: ['TARGET']}]}
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "rules.yml").write_text(RULES, encoding="utf-8")
    program = ForeignProgram(
        "prometheus",
        (
            "--config.file={folder}/config.yml",
            "--storage.tsdb.path={folder}/data",
            "--storage.tsdb.retention.time=3d",
            "--web.listen-address=127.0.0.1:{port}",
            "--web.enable-lifecycle",
        ),
        config=CONFIG.replace("['TARGET']", "[]"),
        ready="/-/ready",
    )
    with program.exporting(folder) as url:
        host = url.removeprefix("http://").removesuffix("/metrics")
        (folder / "config.yml").write_text(CONFIG.replace("TARGET", host), encoding="utf-8")
        server = Prometheus(f"http://{host}")
        requests.post(f"http://{host}/-/reload", timeout=PATIENCE_SECONDS).raise_for_status()
        # The metadata of a scrape comes to be while it is read, family by family.
        eventually(lambda: health(server) == ["up"], "a scrape of it is complete")
        yield f"http://{host}"


def health(server: Prometheus) -> list[str]:
    """Of each scrape target: `unknown` until its first scrape is complete."""
    return [target["health"] for target in server.ask("/api/v1/targets")["activeTargets"]]


def test_its_configuration_release_retention_and_kinds(address: str) -> None:
    found = facts_from_server.facts(Prometheus(address))
    assert found.scrape_seconds == 1
    assert found.job_seconds == {"itself": 2}
    assert found.external_labels == frozenset({"site"})
    assert found.retention_seconds == 3 * 86_400
    assert found.release is not None
    assert found.release >= (2, 42)
    assert found.kinds["prometheus_http_requests_total"] == "counter"
    assert found.kinds["prometheus_http_request_duration_seconds_bucket"] == "counter"
    assert found.kinds["prometheus_tsdb_head_series"] == "gauge"
    assert "prometheus_tsdb_head_series_bucket" not in found.kinds


def test_the_rules_that_it_has_loaded(address: str) -> None:
    project = plain_project(None, [], address)
    recording, alert = project.rules
    assert (recording.name, recording.is_alert, recording.labels) == ("a:b:c", False, {"x": "y"})
    assert (alert.name, alert.hold, alert.interval, alert.group) == (
        "Raw",
        "60000ms",
        "2000ms",
        "g",
    )
    assert alert.location.path.endswith("rules.yml (loaded)")


def test_lint_judges_what_is_loaded_by_what_is_scraped(
    address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["lint", "--loaded", "--prometheus", address, "--rule", "counter-without-rate"]
    assert run(words) == 1
    assert "`prometheus_http_requests_total` is a counter" in capsys.readouterr().out
    (tmp_path / "rules.yml").write_text(RULES)
    assert run(["lint", "rules.yml", "--prometheus", address, "--rule", "rate-of-gauge"]) == 0


def test_what_is_wrong_with_the_question(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yml").write_text(RULES)
    assert run(["lint", "rules.yml", "--prometheus", "http://127.0.0.1:1"]) == 3
    assert "start it, or correct --prometheus." in capsys.readouterr().err
    assert run(["lint", "--loaded"]) == 2
    assert run(["lint", "rules.yml", "--loaded", "--prometheus", "http://127.0.0.1:1"]) == 2
    assert "--loaded reads the rules of a running Prometheus" in capsys.readouterr().err
    assert run(["lint", "rules.yml", "--prometheus", "no.yml"]) == 2


def test_kinds_are_known_where_every_job_says_the_same() -> None:
    metadata = {
        "a": [{"type": "counter"}, {"type": "counter"}],
        "b": [{"type": "gauge"}, {"type": "counter"}],
        "h": [{"type": "histogram"}],
        "s": [{"type": "summary"}],
        "i": [{"type": "info"}],
        "u": [{}],
        "n": [],
    }
    counters = ("a", "h_bucket", "h_sum", "h_count", "s_sum", "s_count")
    assert facts_of({}, metadata).kinds == dict.fromkeys(counters, "counter")


@pytest.mark.parametrize(
    ("version", "release"),
    [("2.42.0", (2, 42)), ("v3.5.1-rc.0", (3, 5)), ("dev", None), ("10.11", (10, 11))],
)
def test_the_release_is_that_of_its_version(version: str, release: tuple[int, int] | None) -> None:
    assert facts_of({}, {}, version=version).release == release


@pytest.mark.parametrize("text", ["a: [", "global: 5"])
def test_a_configuration_that_cannot_be_read_is_told(text: str) -> None:
    with pytest.raises(UnreachableError, match="its configuration cannot be read: "):
        facts_of(text, {})


def facts_of(config: object, metadata: object, *, version: str = "2.42.0") -> ServerFacts:
    """What is known of a server that answers so."""
    yaml_text = config if isinstance(config, str) else "{}"
    data: dict[str, object] = {
        "status/config": {"yaml": yaml_text},
        "metadata": metadata,
        "status/buildinfo": {"version": version},
        "status/runtimeinfo": {"storageRetention": "15d"},
    }
    answers: dict[str, tuple[int, object]] = {
        f"/api/v1/{path}": (200, {"data": answer}) for path, answer in data.items()
    }
    answers["/-/ready"] = (200, "ready")
    with serving(answering(answers)) as address:
        return facts_from_server.facts(Prometheus(address))
