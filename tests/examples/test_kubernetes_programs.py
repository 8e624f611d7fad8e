"""`examples/kubernetes` by the programs that it is made for: kustomize, Redis, Locust."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests
import yaml

from tests.support import service_process
from tests.support.kubernetes_manifests import Document, read
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS, eventually
from toolkit.find_definitions import load
from toolkit.generate import kubernetes
from toolkit.prometheus import exposition
from toolkit.stack.free_ports import free_port

pytestmark = pytest.mark.programs
FOLDER = ROOT / "examples" / "kubernetes"
KUSTOMIZE = "v5.8.1"
_HASH = re.compile(r"(-settings)-[a-z0-9]{10}$")


def container(name: str) -> Document:
    (found,) = (
        x["spec"]["template"]["spec"]["containers"][0]
        for folder in ("services", "load")
        for x in read(FOLDER / folder)
        if (x["kind"], x["metadata"]["name"]) == ("Deployment", name)
    )
    assert isinstance(found, dict)
    return found


@contextmanager
def running(
    command: list[str], folder: Path, **variables: str
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with its output in a file of `folder`, ended afterwards with its children."""
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **variables},
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


@pytest.mark.needs("redis-server", "redis-cli")
def test_redis_takes_its_password_from_standard_input_and_its_probe_sees_it(tmp_path: Path) -> None:
    redis, port = container("redis"), free_port()
    (script,) = redis["args"]
    assert "dir /data" in script
    assert "--port 6379" in script
    script = script.replace("dir /data", f"dir {tmp_path}")
    script = script.replace("--port 6379", f"--port {port} --bind 127.0.0.1")
    (probe,) = {x["exec"]["command"][-1] for key, x in redis.items() if key.endswith("Probe")}
    probe = probe.replace("redis-cli", f"redis-cli -p {port}")

    def probed(password: str) -> bool:
        environment = {**os.environ, "REDISCLI_AUTH": password}
        done = subprocess.run(
            ["sh", "-c", probe],
            env=environment,
            check=False,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return done.returncode == 0

    with running([*redis["command"], script], tmp_path, REDIS_PASSWORD="right") as process:
        eventually(lambda: probed("right"), "the probe sees Redis")
        assert not probed("wrong")
        # Redis itself is the process that Kubernetes ends, and shows no password.
        listed = psutil.Process(process.pid).cmdline()
        assert listed[0].startswith("redis-server")
        assert not any("right" in word for word in listed)
        kept = subprocess.run(
            ["redis-cli", "-p", str(port), "config", "get", "appendonly"],
            text=True,
            env={**os.environ, "REDISCLI_AUTH": "right"},
            capture_output=True,
            check=True,
        )
        assert kept.stdout.split() == ["appendonly", "yes"]


@pytest.mark.long
def test_the_master_and_a_worker_send_and_the_figures_are_scraped(tmp_path: Path) -> None:
    service = service_process.execution(tmp_path, EXECUTION_TRUSTED_PROXIES="127.0.0.0/8")
    bus, figures, page = free_port(), free_port(), free_port()
    places = {
        "0.0.0.0:9646": f"127.0.0.1:{figures}",
        "=0.0.0.0": "=127.0.0.1",
        "=locust-master": "=127.0.0.1",
        "http://execution:8000": f"http://127.0.0.1:{service.port}",
    }
    secret = {"EXECUTION_WEBHOOK_SECRETS": service_process.SECRET}

    def command(name: str, *more: str) -> list[str]:
        first, *words = container(name)["args"]
        assert first == "toolkit"
        for old, new in places.items():
            words = [word.replace(old, new) for word in words]
        return [sys.executable, "-m", "toolkit", *words, f"--master-port={bus}", *more]

    def counted() -> float:
        try:
            text = requests.get(f"http://127.0.0.1:{figures}/metrics", timeout=240).text
        except requests.ConnectionError:
            return -1.0
        samples = exposition.samples(text)
        return sum(x.value for x in samples if x.name == "locust_requests_total")

    try:
        master = command("locust-master", f"--web-port={page}")
        with running(master, tmp_path, **secret):
            eventually(lambda: counted() == 0, "the master's readiness probe is answered")
            with running(command("locust-worker"), tmp_path, **secret):
                address = f"http://127.0.0.1:{page}"

                def workers() -> int:
                    rows = requests.get(f"{address}/stats/requests", timeout=240).json()["workers"]
                    return sum(x["state"] == "ready" for x in rows)

                eventually(lambda: workers() == 1, "the worker has found its master")
                form = {
                    "user_count": "2",
                    "spawn_rate": "2",
                    "host": places["http://execution:8000"],
                }
                assert requests.post(f"{address}/swarm", data=form, timeout=240).json()["success"]
                eventually(lambda: counted() > 20, "twenty requests are counted by the master")
                requests.get(f"{address}/stop", timeout=240)
    finally:
        service.stop()


@pytest.fixture(scope="module")
def kustomize() -> str:
    """The program, built once below .cache."""
    path = ROOT / ".cache" / f"kustomize-{KUSTOMIZE}"
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        pytest.skip("go is not installed, which builds kustomize")
    if not (path / "kustomize").is_file():
        subprocess.run(
            [go, "install", f"sigs.k8s.io/kustomize/kustomize/v5@{KUSTOMIZE}"],
            env={**os.environ, "GOBIN": str(path)},
            check=True,
        )
    return str(path / "kustomize")


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_kustomize_builds_what_the_tests_read(kustomize: str, tmp_path: Path) -> None:
    folder = tmp_path / "kubernetes"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("monitoring"))
    (folder / "monitoring").mkdir()
    for name, text in kubernetes.render(load(ROOT), kubernetes.Cluster()).texts.items():
        (folder / "monitoring" / name).write_text(text, encoding="utf-8")
    done = subprocess.run([kustomize, "build", folder], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (image,) = yaml.safe_load((folder / "kustomization.yaml").read_text("utf-8"))["images"]
    text = done.stdout.replace(f"{image['newName']}:{image['newTag']}", image["name"])
    built = {key(x): x for x in yaml.safe_load_all(text)}
    expected = {key(x): x for x in read(folder)}
    assert built.keys() == expected.keys()
    for found, document in built.items():
        if document["kind"] != "Namespace":
            assert document["metadata"].pop("namespace") == "trading", found
        assert names_without_hash(document) == expected[found], found


def key(document: Document) -> tuple[str, str]:
    return document["kind"], _HASH.sub(r"\1", document["metadata"]["name"])


def names_without_hash(value: object) -> object:
    """A document with the names of generated maps as they are written."""
    if isinstance(value, dict):
        return {name: names_without_hash(x) for name, x in value.items()}
    if isinstance(value, list):
        return [names_without_hash(x) for x in value]
    return _HASH.sub(r"\1", value) if isinstance(value, str) else value
