"""A copy of the whole project in a folder of its own, and the commands typed in it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.repository import ROOT
from tests.support.wait_until import PATIENCE_SECONDS

PORTS = (":6379", ":8000", ":8001", ":8002", ":8003", ":8004", ":9090", ":9093", ":9100")


class Copy:
    """A `hasty` one scrapes every five seconds, so that nobody waits a quarter of a minute.

    No more often: a scrape may take as long as its interval, and on a busy machine one of a second
    is down now and then.
    """

    def __init__(self, root: Path, *, hasty: bool = True) -> None:
        self.root = root
        for name in ("target_app", "alerts", "dashboards", "loadtests", "docs"):
            shutil.copytree(ROOT / name, root / name)
        changes = [("pyproject.toml", port, ":0") for port in PORTS]
        if hasty:
            changes.append(("pyproject.toml", 'scrape_interval = "15s"', 'scrape_interval = "5s"'))
            for group in (root / "alerts/objectives").glob("[a-z]*.py"):
                name = group.relative_to(root).as_posix()
                changes.append((name, 'INTERVAL = "1m"', 'INTERVAL = "2s"'))
        for name in ("pyproject.toml", "README.md"):
            shutil.copy(ROOT / name, root)
        for name, old, new in changes:
            self.edit(name, old, new)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace `old`, which must be there, in a file of the copy."""
        path = self.root / name
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{name} does not hold {old!r}"
        path.write_text(text.replace(old, new), encoding="utf-8")

    def toolkit(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "toolkit", *words],
            cwd=self.root,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            timeout=2 * PATIENCE_SECONDS,
        )

    def state(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.root / ".toolkit/state.json").read_text())
        return found
