"""How long rules take: linting a thousand, beside promtool, and testing those that are shipped.

Whole processes, started cold, the best of several. The thousand are the shipped rules
repeated under new names. The last column divides by the first line of each block: ratios
carry over to other machines, seconds do not.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.bench_build import ROOT, Job, measure, report

RULES = 1000
SHIPPED = ROOT / "alerts" / "generated" / "rules"


def thousand() -> dict[str, Any]:
    """The shipped rules, repeated under new names until there are enough."""
    groups: list[dict[str, Any]] = []
    for path in sorted(SHIPPED.glob("*.yml")):
        groups += yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    made: list[dict[str, Any]] = []
    count = 0
    for copy in range(RULES):
        for group in groups:
            rules = [_renamed(rule, copy) for rule in group["rules"]][: RULES - count]
            count += len(rules)
            made.append({**group, "name": f"{group['name']}.{copy}", "rules": rules})
            if count == RULES:
                return {"groups": made}
    raise AssertionError(SHIPPED)


def _renamed(rule: dict[str, Any], copy: int) -> dict[str, Any]:
    kind = "alert" if "alert" in rule else "record"
    labels = {**rule.get("labels", {}), "copy": str(copy)}  # or it would be a duplicate
    return {**rule, kind: f"{rule[kind]}{copy}", "labels": labels}


def main() -> None:
    """Measure and print."""
    toolkit = str(Path(sys.executable).parent / "toolkit")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "rules.yml"
        path.write_text(yaml.dump(thousand(), sort_keys=False), encoding="utf-8")
        lint = [toolkit, "lint", str(path)]
        lines = measure(
            [
                Job("promtool check rules", ["promtool", "check", "rules", str(path)], folder),
                Job("toolkit lint, without a catalogue", lint, folder),
                Job("toolkit lint, with the catalogue", lint, ROOT),
            ]
        )
        sys.stdout.write(report(f"{RULES} rules", lines) + "\n")
    tests = sorted((ROOT / "alerts" / "generated" / "tests").glob("*.yml"))
    lines = measure(
        [
            Job("promtool test rules, one process", ["promtool", "test", "rules", *map(str, tests)],
                ROOT),
            Job("toolkit test, routes included", [toolkit, "test"], ROOT),
        ]
    )  # fmt: skip
    sys.stdout.write(report("all shipped rules", lines) + "\n")


if __name__ == "__main__":
    main()
