r"""Runs a transcript: commands as they are typed, in a fresh copy of the small project.

    # a note
    % edit FILE | OLD | NEW       replace text of a file; `\n` is a new line
    % write FILE | TEXT           write a file
    % remove FILE
    % set NAME=VALUE              an environment variable
    % needs PROGRAM …             skip the transcript where one is not installed
    % commit                      everything, in a git repository of its own
    % browser                     skip the transcript where none is installed
    % grafana                     a fake Grafana answers at GRAFANA
    % prometheus                  a made-up Prometheus answers every query of a preview
    % prometheus EXPR | WORDS     the same, but for this expression, which it refuses
    % drill ALERT | CAUSE | N     on a made-up stack the cause fires the alert after N seconds
    % stack                       fake servers answer the checks
    % servers ready ended         `toolkit up` has started servers, which are so now
    % demo SENT | COUNTED | CHECK …  a demo on a made-up stack sends, counts, and has these checks
    $ toolkit …                   run it: `  ` stdout, `! ` stderr, `[exit STATUS]`

Blank lines of output are left out. The project's folder is ROOT, and how long something took
is `N s`.
"""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support import (
    fake_drill_stack,
    fake_grafana,
    fake_servers,
    made_up_demo,
    required_programs,
)
from tests.support.made_up_prometheus import World
from toolkit import demo, findings
from toolkit.cli import validate
from toolkit.cli.main import run
from toolkit.drill import run_plan
from toolkit.preview import chromium
from toolkit.prometheus import client
from toolkit.stack import start_and_stop

EXPOSITION = """\
# HELP shop_sales_total Sales.
# TYPE shop_sales_total counter
shop_sales_total{result="paid"} 1
shop_sales_total{result="refused"} 1
"""
NAMES = ("service", "prometheus", "alertmanager")


class Transcript:
    """One transcript as it happens now. Close it to end the servers that it started."""

    def __init__(
        self, root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self._root, self._capsys, self._monkeypatch = root, capsys, monkeypatch
        self._servers = ExitStack()
        self._grafana = ""

    def close(self) -> None:
        self._servers.close()

    def replay(self, text: str) -> Iterator[str]:
        """The same lines, with what the commands print and their statuses as they are now."""
        for line in text.splitlines():
            if line.startswith("# ") or not line:
                yield f"{line}\n"
            elif line.startswith("% "):
                name, _, rest = line.removeprefix("% ").partition(" ")
                getattr(self, f"do_{name}")(*rest.split(" | "))
                yield f"{line}\n"
            elif line.startswith("$ toolkit"):
                yield f"{line}\n"
                yield from self._toolkit(line.removeprefix("$ toolkit"))

    def _toolkit(self, words: str) -> Iterator[str]:
        status = run(shlex.split(words.replace("GRAFANA", self._grafana or "GRAFANA")))
        out, err = self._capsys.readouterr()
        for mark, text in (("  ", out), ("! ", err)):
            printed = text.replace(str(self._root), "ROOT")
            if self._grafana:
                printed = printed.replace(self._grafana, "GRAFANA")
            printed = re.sub(r"^ *\d+\.\d s  ", "   N s  ", printed, flags=re.MULTILINE)  # drill
            printed = re.sub(r"\b\d+\.\d+ s\b", "N s", printed)
            yield from (f"{mark}{words}\n" for words in printed.splitlines() if words)
        yield f"[exit {status}]\n"

    def do_edit(self, name: str, old: str, new: str) -> None:
        path = self._root / name
        content = path.read_text(encoding="utf-8")
        assert old in content, f"{name} does not hold {old!r}"
        self.do_write(name, content.replace(old, new.replace("\\n", "\n")))

    def do_write(self, name: str, text: str) -> None:
        path = self._root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.replace("\\n", "\n"), encoding="utf-8")
        self._forget()

    def do_remove(self, name: str) -> None:
        (self._root / name).unlink()
        self._forget()

    def do_set(self, setting: str) -> None:
        name, _, value = setting.partition("=")
        self._monkeypatch.setenv(name, value)

    def do_needs(self, programs: str) -> None:
        for name in programs.split():
            required_programs.program(name)

    def do_browser(self, _rest: str) -> None:
        if not chromium.find():
            required_programs.missing("no Chromium is on PATH")

    def do_commit(self, _rest: str) -> None:
        own = ("-c", "user.name=shop", "-c", "user.email=shop@example.com")
        for words in (("init", "-q"), ("add", "-A"), (*own, "commit", "-q", "-m", "All")):
            subprocess.run(["git", *words], cwd=self._root, check=True)

    def do_grafana(self, _rest: str) -> None:
        state = self._servers.enter_context(fake_grafana.serving(fake_grafana.State()))
        self._grafana = state.url

    def do_prometheus(self, expr: str, words: str = "") -> None:
        world = World(refused={expr: words})
        self._monkeypatch.setattr(client, "Prometheus", lambda _url, hint: world if hint else None)

    def do_drill(self, alert: str, cause: str, after: str) -> None:
        firing = fake_drill_stack.Firing(alert, after=float(after), pending=2.0, lasts=3.0)
        played = fake_drill_stack.drilling(firing, cause=cause)
        self._monkeypatch.setattr(run_plan, "run", played)

    def do_stack(self, _rest: str) -> None:
        self._monkeypatch.setattr(
            validate,
            "stack_of",
            lambda project: fake_servers.stack(
                project=project, service=fake_servers.FakeService(EXPOSITION)
            ),
        )

    def do_servers(self, states: str) -> None:
        servers = tuple(
            start_and_stop.ComponentStatus(
                name=name,
                health=start_and_stop.Health(state),
                pid=4000 + number,
                url=f"http://127.0.0.1:{9000 + number}",
                log=f"ROOT/.toolkit/logs/{name}.log",
            )
            for number, (name, state) in enumerate(zip(NAMES, states.split(), strict=False))
        )
        self._monkeypatch.setattr(start_and_stop, "status", lambda _state: servers)

    def do_demo(self, sent: str, counted: str, checks: str) -> None:
        stack = made_up_demo.stack(self._root, NAMES)
        ran = made_up_demo.run(int(sent), float(counted), checks.split())
        self._monkeypatch.setattr(demo, "start", lambda _project, _progress: stack)
        self._monkeypatch.setattr(demo, "run", ran)

    def _forget(self) -> None:
        """Drop the project's modules, so that an edited file is read again."""
        findings._syntax_tree.cache_clear()
        for name in [n for n in sys.modules if n.partition(".")[0] == "shop"]:
            del sys.modules[name]
        for folder in self._root.rglob("__pycache__"):
            for file in folder.iterdir():
                file.unlink()
