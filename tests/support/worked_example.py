"""A worked example of `examples/`, copied into a folder of its own and followed."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support import npm_statsd
from tests.support.documents import commands
from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

EXAMPLES = ROOT / "examples"
_MADE = shutil.ignore_patterns("generated", ".toolkit", "build", "__pycache__", "cases")


class WorkedExample:
    """`name` is a folder of `examples/`. Its stack is on free ports, and scrapes every 5 s."""

    def __init__(self, name: str, folder: Path) -> None:
        self.page = EXAMPLES / name / "README.md"
        self.folder = folder / name
        shutil.copytree(EXAMPLES / name, self.folder, ignore=_MADE)
        settings = self.folder / "pyproject.toml"
        if settings.exists():
            hasty = '[tool.toolkit]\nscrape_interval = "5s"\n'
            text = settings.read_text("utf-8").replace("[tool.toolkit]\n", hasty)
            for port in ("8000", "8080"):
                text = text.replace(f"127.0.0.1:{port}", "127.0.0.1:0")
            servers = ("prometheus", "alertmanager")
            stack = "\n".join(f'{name} = "http://127.0.0.1:0"' for name in servers)
            settings.write_text(f"{text}\n[tool.toolkit.stack]\n{stack}\n", encoding="utf-8")

    def type(self, command: str) -> "subprocess.CompletedProcess[str]":
        """Type a command of the page, which begins with `toolkit`."""
        first, *words = shlex.split(command)
        assert first == "toolkit", command
        # The example starts `python` or `node`, which are those of the tests.
        own = (str(Path(sys.executable).parent), str(Path(npm_statsd.node()[0]).parent))
        path = os.pathsep.join((*own, os.environ["PATH"]))
        return subprocess.run(
            [sys.executable, "-m", "toolkit", *words],
            cwd=self.folder,
            env={**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=2 * PATIENCE_SECONDS,
        )

    def follow(self, *, without: tuple[str, ...] = ()) -> dict[str, str]:
        """Type every command, and give what each said; each ends with 0 or says so in the page."""
        said = {}
        try:
            for command in commands(self.page):
                if command in without:
                    continue
                done = self.type(command)
                said[command] = done.stdout
                assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        finally:
            if (self.folder / "pyproject.toml").exists():
                self.type("toolkit down")
        return said
