"""Runs every benchmark of this folder and prints its table; `make bench` calls it.

A benchmark is a module `bench_<what>.py`. Each runs in a process of its own, so that none
pays for what another imported. `--foreign FOLDER` is for bench_rules.
"""

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main() -> int:
    """Run them all; 1 if one fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--foreign", type=Path, metavar="FOLDER", help="rule files of others")
    folder = parser.parse_args().foreign
    options = {"bench_rules": [] if folder is None else ["--foreign", str(folder.resolve())]}
    worst = 0
    for path in sorted(HERE.glob("bench_*.py")):
        module = f"tests.benchmarks.{path.stem}"
        command = [sys.executable, "-m", module, *options.get(path.stem, [])]
        done = subprocess.run(command, cwd=HERE.parents[1], check=False)
        worst = max(worst, int(done.returncode != 0))
    return worst


if __name__ == "__main__":
    sys.exit(main())
