"""`toolkit up`, `status`, `logs` and `down` on a small project, in process."""

import itertools
import json
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import small_stack
from tests.support.recorded_run import RecordedRun
from tests.support.wait_until import PATIENCE_SECONDS
from toolkit.cli.main import run
from toolkit.stack import start_and_stop

pytestmark = pytest.mark.programs

CATALOGUE = "from toolkit.catalogue import Catalogue\n\nCATALOGUE = Catalogue(())\n"

Toolkit = Callable[..., tuple[int, str, str]]


@pytest.fixture
def toolkit(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Toolkit:
    """Runs the command line in a project; its exit status, stdout and stderr."""
    root = folder.parent
    settings = """\
        [tool.toolkit]
        catalogue = "kiosk.catalogue:CATALOGUE"
        alerts = "kiosk_alerts"
        dashboards = "kiosk_dashboards"
        serve = "kiosk.main:main"

        [tool.toolkit.stack]
        service = "http://127.0.0.1:0"
        prometheus = "http://127.0.0.1:0"
        alertmanager = "http://127.0.0.1:0"

        [tool.toolkit.stack.environment]
        FAKE_PORT = "{port}"
        """
    main = f"""\
        import runpy

        def main(argv):
            runpy.run_path({small_stack.SERVE[1]!r})
            return 0
        """
    files = {
        "pyproject.toml": settings,
        "kiosk/__init__.py": "",
        "kiosk/catalogue.py": CATALOGUE,
        "kiosk/main.py": main,
        "kiosk_alerts/__init__.py": "",
        "kiosk_dashboards/__init__.py": "",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(textwrap.dedent(text), encoding="utf-8")
    monkeypatch.chdir(root)
    monkeypatch.syspath_prepend(str(root))

    def toolkit(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        status = run(list(arguments))
        return (status, *capsys.readouterr())

    return toolkit


def test_the_life_of_a_stack(toolkit: Toolkit, folder: Path) -> None:
    recorded = RecordedRun("stack", folder.parent, figures=r"^(service \| ).+")

    def typed(words: str) -> tuple[int, str, str]:
        status, out, err = toolkit(*words.split())
        recorded.add(words, status, out, err)
        return status, out, err

    code, out, err = typed("up --detach")
    assert code == 0, err
    stack = start_and_stop.running(folder)
    assert stack is not None
    head, *rows = out.splitlines()
    assert head.split() == ["server", "url", "pid", "log"]
    assert [row.split() for row in rows] == [
        [c.name, c.url, str(c.pid), c.log] for c in stack.components
    ]
    assert "It runs until `toolkit down`." in err

    code, out, _ = typed("status")
    assert (code, [line.split()[1] for line in out.splitlines()[1:]]) == (0, ["ready"] * 3)
    code, out, err = typed("status --format json")
    assert (code, err) == (0, "")
    assert [(s["name"], s["health"]) for s in json.loads(out)] == [
        (c.name, "ready") for c in stack.components
    ]

    code, out, err = typed("up --detach")
    assert (code, out) == (3, "")
    assert f"error: {folder}: a stack runs here already: service (pid " in err

    code, out, _ = typed("down")
    assert (code, out) == (0, "Stopped: service, prometheus, alertmanager.\n")
    assert typed("down") == (0, f"Nothing runs in {folder}.\n", "")
    assert typed("status") == (3, f"Nothing runs in {folder}.\n", "")
    assert typed("status --format json") == (3, "[]\n", "")

    code, out, _ = typed("logs service --lines 1")
    assert (code, out[:10]) == (0, "service | ")
    assert len(out.splitlines()) == 1
    recorded.compare()


def test_ctrl_c_ends_a_foreground_up_as_asked(toolkit: Toolkit, folder: Path) -> None:
    assert toolkit("status")[0] == 3
    with subprocess.Popen(
        [sys.executable, "-m", "toolkit", "up"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stderr is not None
        last = "It runs until Ctrl-C or `toolkit down`.\n"
        said = list(itertools.takewhile(lambda line: line != last, child.stderr))
        assert any(line.startswith("service: ready after ") for line in said), said
        assert toolkit("status")[0] == 0
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=PATIENCE_SECONDS)
    assert child.returncode == 0, err
    assert out.startswith("server ")
    assert "service: stopping (pid " in err
    assert toolkit("status") == (3, f"Nothing runs in {folder}.\n", "")


def test_logs_before_the_first_up(toolkit: Toolkit, folder: Path) -> None:
    code, out, err = toolkit("logs")
    assert (code, out) == (3, "")
    assert err.startswith(f"error: {folder / 'logs'}: no logs: no stack has run here.\n")
    assert "run `toolkit up` first" in err
