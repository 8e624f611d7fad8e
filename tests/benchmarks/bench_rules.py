"""How long rules take: linting a thousand, beside promtool, and testing those that are shipped.

Whole processes, started cold, the best of several. The thousand are the shipped rules
repeated under new names; ten files of as many show how the cost grows. The last column divides
by the first line of each block: ratios carry over to other machines, seconds do not. Lint asks
promtool where it finds it, and waits for its answer: the line without it is our own part.

    python -m tests.benchmarks.bench_rules --foreign FOLDER

also lints the rule files of a folder, which other people wrote and which repeat no expression;
with `--only-foreign` those alone.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.benchmarks.bench_build import ROOT, Job, measure, report

RULES = 1000
TIMES = 10
FOREIGN_TRIES = 15
LINT = [str(Path(sys.executable).parent / "toolkit"), "lint"]
PROMTOOL = ["promtool", "check", "rules", "--lint=none"]
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


def alone(empty: Path) -> list[str]:
    """Lint that finds no promtool: its PATH is a folder without programs."""
    return ["/usr/bin/env", f"PATH={empty}", *LINT]


def foreign(rules: Path, folder: Path) -> str:
    """The rule files of others, and promtool not asked; `folder` is empty."""
    files = [str(path.resolve()) for path in sorted(rules.rglob("*.y*ml"))]
    found = (0, 1)  # findings, of either program
    lines = measure(
        [
            Job("promtool check rules", [*PROMTOOL, *files], folder, statuses=found),
            Job("toolkit lint", [*alone(folder), *files], folder, statuses=found),
        ],
        FOREIGN_TRIES,
    )
    return report(f"{len(files)} rule files of others", lines)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--foreign", type=Path, metavar="FOLDER", help="rule files of others")
    parser.add_argument("--only-foreign", action="store_true", help="measure nothing else")
    options = parser.parse_args()
    if not options.only_foreign:
        shipped()
    if options.foreign is None:
        sys.stdout.write("rule files of others: skipped, since no --foreign FOLDER is given.\n")
        return
    with tempfile.TemporaryDirectory() as name:
        sys.stdout.write(foreign(options.foreign, Path(name)) + "\n")


def shipped() -> None:
    """The rules that come with the project, as they are and a thousand times."""
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
        lines = measure(
            [
                Job("promtool check rules", [*PROMTOOL, str(one)], folder),
                Job("toolkit lint, promtool not asked", [*alone(folder), str(one)], folder),
                Job("toolkit lint, without a catalogue", [*LINT, str(one)], folder),
                Job("toolkit lint, with the catalogue", [*LINT, str(one)], ROOT),
            ]
        )
        sys.stdout.write(report(f"{RULES} rules", lines) + "\n")
        lines = measure(
            [
                Job("promtool check rules", [*PROMTOOL, *map(str, sorted(ten.iterdir()))], folder),
                Job("toolkit lint, promtool not asked", [*alone(folder), str(ten)], folder),
                Job("toolkit lint, promtool asked", [*LINT, str(ten)], folder),
            ]
        )
        sys.stdout.write(report(f"{TIMES} files of {RULES} rules", lines) + "\n")
        lines = measure(
            [
                Job("an interpreter that does nothing", [sys.executable, "-c", ""], folder),
                Job("toolkit --version", [LINT[0], "--version"], folder),
                Job("toolkit lint, one rule in one file", [*LINT, str(small)], folder),
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
            Job("toolkit test, routes included", [LINT[0], "test"], ROOT),
        ]
    )
    sys.stdout.write(report("all shipped rules", lines) + "\n")


if __name__ == "__main__":
    main()
