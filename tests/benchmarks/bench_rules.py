"""How long rules take: linting a thousand, beside promtool, and testing those that are shipped.

Whole processes, started cold, the best of several. The thousand are the shipped rules
repeated under new names; ten files of as many show how the cost grows. The last column divides
by the first line of each block: ratios carry over to other machines, seconds do not. Lint asks
promtool where it finds it, and waits for its answer: the line without it is our own part.
"""

import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.bench_build import ROOT, Job, measure, report

RULES = 1000
TIMES = 10
SHIPPED = ROOT / "alerts" / "generated" / "rules"


def thousand(first: int = 0) -> dict[str, Any]:
    """The shipped rules, repeated under new names, numbered from `first` on."""
    groups: list[dict[str, Any]] = []
    for path in sorted(SHIPPED.glob("*.yml")):
        groups += yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]
    made: list[dict[str, Any]] = []
    count = 0
    for copy in range(first, first + RULES):
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
        rules = thousand()
        one, ten = folder / "rules.yml", folder / "ten"
        one.write_text(yaml.dump(rules, sort_keys=False), encoding="utf-8")
        ten.mkdir()
        for number in range(TIMES):
            text = yaml.dump(thousand(number * RULES), sort_keys=False)
            (ten / f"{number}.yml").write_text(text, encoding="utf-8")
        small = folder / "small.yml"
        first = {"groups": [{"name": "g", "rules": rules["groups"][0]["rules"][:1]}]}
        small.write_text(yaml.dump(first, sort_keys=False), encoding="utf-8")
        promtool = ["promtool", "check", "rules", "--lint=none"]
        lint = [toolkit, "lint"]
        alone = ["/usr/bin/env", f"PATH={folder}", *lint]  # where promtool is not found
        lines = measure(
            [
                Job("promtool check rules", [*promtool, str(one)], folder),
                Job("toolkit lint, promtool not asked", [*alone, str(one)], folder),
                Job("toolkit lint, without a catalogue", [*lint, str(one)], folder),
                Job("toolkit lint, with the catalogue", [*lint, str(one)], ROOT),
            ]
        )
        sys.stdout.write(report(f"{RULES} rules", lines) + "\n")
        lines = measure(
            [
                Job("promtool check rules", [*promtool, *map(str, sorted(ten.iterdir()))], folder),
                Job("toolkit lint, promtool not asked", [*alone, str(ten)], folder),
                Job("toolkit lint, promtool asked", [*lint, str(ten)], folder),
            ]
        )
        sys.stdout.write(report(f"{TIMES} files of {RULES} rules", lines) + "\n")
        lines = measure(
            [
                Job("an interpreter that does nothing", [sys.executable, "-c", ""], folder),
                Job("toolkit --version", [toolkit, "--version"], folder),
                Job("toolkit lint, one rule in one file", [*lint, str(small)], folder),
            ]
        )
        sys.stdout.write(report("start", lines) + "\n")
    tests = sorted((ROOT / "alerts" / "generated" / "tests").glob("*.yml"))
    lines = measure(
        [
            Job(
                "promtool test rules, one process",
                ["promtool", "test", "rules", *map(str, tests)],
                ROOT,
            ),
            Job("toolkit test, routes included", [toolkit, "test"], ROOT),
        ]
    )
    sys.stdout.write(report("all shipped rules", lines) + "\n")


if __name__ == "__main__":
    main()
