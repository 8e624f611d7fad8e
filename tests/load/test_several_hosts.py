"""A master and its workers on hosts of their own: network namespaces, each with an address.

Whoever runs this needs the right to make them (root, on Linux); elsewhere it is skipped.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.repository import ROOT
from tests.support.scenario_runs import JUDGED, write_scenario
from tests.support.wait_until import PATIENCE_SECONDS

pytestmark = [pytest.mark.programs, pytest.mark.long]

# Addresses for documentation (RFC 5737): no real host has them.
MASTER, *WORKERS = HOSTS = ("192.0.2.1", "192.0.2.2", "192.0.2.3")
SENT = (
    JUDGED
    + """
class Buyer(JudgedUser):
    @task
    def buy(self):
        with self.ask("GET", "/200", name="buy") as answer:
            answer.expect(200)
"""
)
# Prints its address and counts by the client's host.
SERVICE = """
import sys
from tests.support.http_server import serving
from tests.support.scenario_runs import remembering

handler = remembering()
with serving(handler, host=sys.argv[1]) as url:
    print(url, flush=True)
    sys.stdin.readline()
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, text=True)


@pytest.fixture
def hosts() -> Iterator[dict[str, list[str]]]:
    """By address, the words that run a command on that host; all hosts are on one network."""
    if shutil.which("ip") is None:
        pytest.skip("there is no `ip` (iproute2) to make network namespaces with")
    names = {address: f"load-{os.getpid()}-{n}" for n, address in enumerate(HOSTS)}
    bridge = f"load{os.getpid() % 100000}"
    with ExitStack() as undo:
        try:
            ip("link", "add", bridge, "type", "bridge")
            undo.callback(ip, "link", "del", bridge)
            ip("link", "set", bridge, "up")
            for number, (address, name) in enumerate(names.items()):
                ip("netns", "add", name)
                undo.callback(ip, "netns", "del", name)
                here = f"{bridge}.{number}"
                ip("link", "add", here, "type", "veth", "peer", "name", "eth0", "netns", name)
                ip("link", "set", here, "master", bridge, "up")
                ip("-n", name, "address", "add", f"{address}/24", "dev", "eth0")
                ip("-n", name, "link", "set", "eth0", "up")
                ip("-n", name, "link", "set", "lo", "up")
        except subprocess.CalledProcessError as error:
            pytest.skip(f"no network namespaces here: {error.stderr.strip()}")
        yield {address: ["ip", "netns", "exec", name] for address, name in names.items()}


def started(words: Sequence[str], root: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        list(words),
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        text=True,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_workers_on_other_hosts_send_as_one(hosts: dict[str, list[str]], tmp_path: Path) -> None:
    root = write_scenario(tmp_path, SENT)
    load = [sys.executable, "-m", "toolkit", "load", "buy"]
    at_master = ["--master-host", MASTER]
    with ExitStack() as undo:

        def run(host: str, *words: str) -> "subprocess.Popen[str]":
            process = started([*hosts[host], *words], root)
            undo.callback(process.communicate)
            undo.callback(process.kill)
            return process

        service = run(MASTER, sys.executable, "-c", SERVICE, MASTER)
        assert service.stdout is not None
        url = service.stdout.readline().strip()
        assert url.startswith(f"http://{MASTER}:"), service.communicate()
        sent = ["--url", url, "--concurrent", "4", "--requests", "60", "--report", "x.json"]
        master = run(MASTER, *load, "--master", *at_master, "--expect-workers", "2", *sent)
        workers = [run(host, *load, "--worker", *at_master) for host in WORKERS]
        out, err = master.communicate(timeout=PATIENCE_SECONDS)
        assert master.returncode == 0, out + err
        ended = [worker.communicate(timeout=PATIENCE_SECONDS) for worker in workers]
        assert [worker.returncode for worker in workers] == [0, 0], ended
    document = json.loads((root / "x.json").read_text(encoding="utf-8"))
    (result,) = document["runs"]
    assert (document["verdict"], result["workers"], result["lost"]) == ("passed", 2, [])
    assert result["summary"]["all"]["requests"] == 60
    assert result["figures"]["started"] == 60
