"""Runs every benchmark of this folder and prints its table; `make bench` calls it.

A benchmark is a module `bench_<what>.py`. Each runs in a process of its own, so that none
pays for what another imported.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run them all; 1 if one fails."""
    worst = 0
    for path in sorted(HERE.glob("bench_*.py")):
        module = f"tests.benchmarks.{path.stem}"
        done = subprocess.run([sys.executable, "-m", module], cwd=HERE.parents[1], check=False)
        worst = max(worst, int(done.returncode != 0))
    return worst


if __name__ == "__main__":
    sys.exit(main())
