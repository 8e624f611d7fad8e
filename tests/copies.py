"""A copy of the whole project in a folder of its own, and the commands typed in it."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tests.waiting import PATIENCE_SECONDS

ROOT = Path(__file__).parent.parent


class Copy:
    """Scrapes come every second in it, so that nobody waits a quarter of a minute."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("target_app", "alerts", "dashboards", "loadtests"):
            shutil.copytree(ROOT / name, root / name)
        settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        fast = settings.replace('scrape_interval = "15s"', 'scrape_interval = "1s"')
        assert fast != settings
        for port in (":8000", ":9090", ":9093"):
            assert port in fast
            fast = fast.replace(port, ":0")  # any free port: others test on this machine too
        (root / "pyproject.toml").write_text(fast, encoding="utf-8")
        for group in (root / "alerts/objectives").glob("webhook_*.py"):
            text = group.read_text(encoding="utf-8")
            assert 'INTERVAL = "1m"' in text
            group.write_text(text.replace('INTERVAL = "1m"', 'INTERVAL = "2s"'), encoding="utf-8")

    def toolkit(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "toolkit", *words],
            cwd=self.root, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=2 * PATIENCE_SECONDS,
        )  # fmt: skip

    def state(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.root / ".toolkit/state.json").read_text())
        return found
