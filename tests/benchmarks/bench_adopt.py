"""How long whoever tries the toolkit waits: each command's help, `init --from`, `import`.

Whole processes as in `bench_build`, which also says how to read the table. `init` reads a scrape
that a real Prometheus gave where one is installed, else one of as many made-up metrics; `import`
reads 112 rule files of eight alerts each.
"""

import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from tests.benchmarks.bench_build import Job, measure, report, write_ours
from toolkit.cli.main import COMMANDS

FILES, ALERTS = 112, 8
RULE = """\
      - alert: Alert{number}
        expr: sum by (zone) (rate(app_events_total{{zone=~"a|b"}}[5m])) > {number}
        for: 5m
        labels: {{ severity: warning }}
        annotations: {{ summary: "{{{{ $labels.zone }}}} has {{{{ $value }}}}" }}
"""
# What is wanted on the machine of a developer, in seconds of its wall's clock.
HELP, INIT, IMPORT = 0.2, 2.0, 5.0


def helps() -> list[Job]:
    """The help of the whole and of each command; a service answers for itself."""
    names = ["", *(name for name in COMMANDS if name != "serve")]
    return [
        Job(
            f"toolkit {name} --help".replace("  ", " "),
            [sys.executable, "-m", "toolkit", *name.split(), "--help"],
            Path.cwd(),
        )
        for name in names
    ]


def adopting(folder: Path) -> list[Job]:
    """`init` in an empty folder, and `import` in a project."""
    (folder / "scrape.txt").write_text(scrape(folder), encoding="utf-8")
    rules = folder / "rules"
    rules.mkdir()
    for number in range(FILES):
        text = "".join(RULE.format(number=number * ALERTS + each) for each in range(ALERTS))
        head = f"groups:\n  - name: group{number}\n    rules:\n"
        (rules / f"file{number}.yml").write_text(head + text, encoding="utf-8")
    empty = folder / "empty"
    empty.mkdir()
    toolkit = [sys.executable, "-m", "toolkit"]
    return [
        Job("toolkit init --from a scrape", [*toolkit, "init", "--from", "../scrape.txt"], empty,
            "*.py"),
        Job(f"toolkit import, {FILES} files of {ALERTS} alerts",
            [*toolkit, "import", str(rules), "--dry-run"], write_ours(folder / "project", 1)),
    ]  # fmt: skip


def scrape(folder: Path) -> str:
    """What Prometheus exports of itself."""
    program = shutil.which("prometheus")
    if program is None:
        names = (f"app_{number}" for number in range(200))
        return "".join(f"# TYPE {x}_total counter\n{x}_total 1\n" for x in names)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    (folder / "prometheus.yml").write_text("global: {}\n", encoding="utf-8")
    running = subprocess.Popen(
        [
            program,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--web.listen-address={address}",
            f"--storage.tsdb.path={folder / 'data'}",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(300):
            try:
                return requests.get(f"http://{address}/metrics", timeout=5).text
            except requests.ConnectionError:
                time.sleep(0.1)
    finally:
        running.terminate()
        running.wait()
    raise TimeoutError(f"{address}: Prometheus does not answer")


def main() -> None:
    """Measure and print."""
    nothing = Job("an interpreter that does nothing", [sys.executable, "-c", ""], Path.cwd())
    with tempfile.TemporaryDirectory() as folder:
        title = f"first hour (wanted: help {HELP} s, init {INIT} s, import {IMPORT} s)"
        sys.stdout.write(report(title, measure([nothing, *helps(), *adopting(Path(folder))])))


if __name__ == "__main__":
    main()
