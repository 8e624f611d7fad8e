"""What Grafana is provisioned with, and that the stack in containers mounts what exists.

Neither Grafana nor containers run here: the files are read as data, and compared with each
other and with the folders that they name.
"""

import re
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from dashboards import execution_slo
from tests.support.repository import ROOT
from toolkit.config import pyproject
from toolkit.config.pyproject import Addresses
from toolkit.grafana import provisioning
from toolkit.stack.server_commands import FEATURES, RETENTION

GENERATED = "dashboards/generated"


def read(path: str) -> Any:
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def compose() -> Any:
    return read("compose.yaml")


@pytest.fixture(scope="module")
def settings() -> pyproject.Config:
    return pyproject.load(ROOT)


def mounts(service: Any) -> dict[str, tuple[str, str]]:
    """By path in the container: path on this machine (or a volume's name), and the mode."""
    parts = (mount.split(":") for mount in service.get("volumes", ()))
    return {target: (source, mode[0] if mode else "rw") for source, target, *mode in parts}


def test_the_datasource_has_a_fixed_uid_and_knows_the_scrape_interval(
    settings: pyproject.Config,
) -> None:
    data = read(f"{GENERATED}/provisioning/datasources/datasources.yaml")
    assert (data["apiVersion"], data["prune"]) == (1, True)
    prometheus, alertmanager = data["datasources"]
    assert (prometheus["uid"], prometheus["type"]) == ("prometheus", "prometheus")
    assert prometheus["url"] == settings.stack.prometheus
    assert prometheus["isDefault"] is True
    assert prometheus["editable"] is False
    assert prometheus["jsonData"]["timeInterval"] == settings.scrape_interval == "15s"
    assert prometheus["jsonData"]["alertmanagerUid"] == alertmanager["uid"] == "alertmanager"
    assert alertmanager["url"] == settings.stack.alertmanager


def test_the_provider_lets_nobody_edit_what_the_next_build_would_undo() -> None:
    (provider,) = read(f"{GENERATED}/provisioning/dashboards/dashboards.yaml")["providers"]
    assert provider["type"] == "file"
    assert provider["allowUiUpdates"] is False
    assert provider["disableDeletion"] is False
    assert (provider["folder"], provider["folderUid"]) == ("Execution", "execution")
    assert provider["options"]["path"] == provisioning.FOLDER


def test_no_value_holds_a_dollar_which_grafana_would_expand() -> None:
    for path in (ROOT / GENERATED / "provisioning").rglob("*.yaml"):
        assert "$" not in path.read_text(encoding="utf-8"), path


def test_every_mounted_path_exists_and_is_read_only(compose: Any) -> None:
    found = []
    for name, service in compose["services"].items():
        for target, (source, mode) in mounts(service).items():
            if source.startswith("."):
                found.append(source)
                assert (ROOT / source).exists(), f"{name}: {source}"
                assert mode == "ro", f"{name}: {target}"
            else:
                assert source in compose["volumes"], f"{name}: {source}"
    assert len(found) == 5


def test_samples_are_kept_as_long_as_by_the_local_stack(compose: Any) -> None:
    (kept,) = [w for w in compose["services"]["prometheus"]["command"] if "retention" in w]
    assert kept == f"--storage.tsdb.retention.time={RETENTION}"
    assert int(RETENTION.removesuffix("d")) > int(execution_slo.PERIOD.removesuffix("d"))


def test_exemplars_are_kept_as_by_the_local_stack(compose: Any) -> None:
    command = compose["services"]["prometheus"]["command"]
    assert f"--enable-feature={FEATURES}" in command
    assert FEATURES == "exemplar-storage"


def test_every_volume_is_used(compose: Any) -> None:
    used = {x[0] for service in compose["services"].values() for x in mounts(service).values()}
    assert set(compose["volumes"]) <= used


def test_grafana_is_given_its_provisioning_and_its_dashboards(compose: Any) -> None:
    given = mounts(compose["services"]["grafana"])
    assert given["/etc/grafana/provisioning"][0] == f"./{GENERATED}/provisioning"
    assert given[provisioning.FOLDER][0] == f"./{GENERATED}"
    home = compose["services"]["grafana"]["environment"]
    home = home["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"]
    folder, _, name = home.rpartition("/")
    assert folder == provisioning.FOLDER
    assert (ROOT / GENERATED / name).is_file()


def test_prometheus_finds_its_configuration_and_the_rules_beside_it(compose: Any) -> None:
    service = compose["services"]["prometheus"]
    source = mounts(service)["/etc/prometheus"][0]
    assert "--config.file=/etc/prometheus/prometheus.yml" in service["command"]
    (rules,) = read(f"{source}/prometheus.yml")["rule_files"]
    assert list((ROOT / source).glob(rules))


def test_alertmanager_finds_its_configuration_its_templates_and_its_secrets(
    compose: Any,
) -> None:
    service = compose["services"]["alertmanager"]
    given = mounts(service)
    (path,) = (x for x in given if x.endswith(".yml"))
    assert f"--config.file={path}" in service["command"]
    text = (ROOT / given[path][0]).read_text(encoding="utf-8")
    home = path.rpartition("/")[0]
    for pattern in yaml.safe_load(text)["templates"]:
        folder, _, name = pattern.rpartition("/")
        assert list((ROOT / given[f"{home}/{folder}"][0]).glob(name)), pattern
    secrets = set(re.findall(r"_file: (\S+)", text))
    assert secrets
    for secret in secrets:
        assert secret.rpartition("/")[0] in given, secret


def test_every_server_shares_one_network_that_has_the_configured_ports(
    compose: Any, settings: pyproject.Config
) -> None:
    """The generated files say 127.0.0.1, which is right only if that is the same everywhere."""
    services = dict(compose["services"])
    network = services.pop("network")
    assert {s["network_mode"] for s in services.values()} == {"service:network"}
    addresses = Addresses.of(settings)
    wanted = {
        urlsplit(url).netloc + f":{urlsplit(url).port}"
        for url in (
            addresses.of_service(settings.primary),
            addresses.prometheus,
            addresses.alertmanager,
            settings.stack.grafana,
            *(
                addresses.services[x][0]
                for x in services
                if x in addresses.services and x != "redis"
            ),
        )
    }
    assert set(network["ports"]) == wanted


def test_every_image_has_an_exact_release_and_every_secret_must_be_given(compose: Any) -> None:
    for name, service in compose["services"].items():
        image = service.get("image", "built:here")
        assert ":" in image, name
        assert not image.endswith(":latest"), name
    service = compose["services"]["service"]["environment"]
    assert service["EXECUTION_WEBHOOK_SECRETS"].startswith("${EXECUTION_WEBHOOK_SECRETS:?")
    grafana = compose["services"]["grafana"]["environment"]
    assert grafana["GF_SECURITY_ADMIN_PASSWORD"].startswith("${GRAFANA_PASSWORD:?")


def test_the_image_is_given_what_its_build_copies(compose: Any) -> None:
    build = compose["services"]["service"]["build"]
    assert build["context"] == "."
    lines = (ROOT / build["dockerfile"]).read_text("utf-8").splitlines()
    copied = [word for x in lines if x.startswith("COPY ") for word in x.split()[1:-1]]
    assert copied == [
        "requirements.lock",
        "pyproject.toml",
        "README.md",
        "LICENSE",
        "toolkit",
        "validators",
        "target_app",
        "loadtests",
    ]
    assert [name for name in copied if not (ROOT / name).exists()] == []


def test_the_folder_is_named_for_the_job() -> None:
    for job, title in (("shop", "Shop"), ("paper-shop", "Paper shop"), ("a_b", "A b")):
        loaded = pyproject.Config(root=ROOT, catalogue="x:y", job=job)
        assert provisioning.folder(loaded) == {"uid": job, "title": title}
