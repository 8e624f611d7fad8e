"""Every alert has proofs of both directions, and they are among the generated tests.

Why: a test that only shows that an alert fires passes for an alert that always fires.
"""

from collections.abc import Iterator

import yaml

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup

_BUILD = "run `toolkit build-alerts`, and commit what it writes."


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Look at the definitions, then for each alert's cases in alerts/generated/tests."""
    config = stack.project.config
    folder = config.root / config.alerts.replace(".", "/") / "generated" / "tests"
    cases = [
        str(case.get("name", ""))
        for path in sorted(folder.glob("*.yml"))
        for case in yaml.safe_load(path.read_text(encoding="utf-8"))["tests"]
    ]
    for alert in stack.project.alerts:
        for fires, word in ((True, "fires"), (False, "stays silent")):
            if all(proof.fires is not fires for proof in alert.proof):
                yield CHECK.wrong(
                    f"has no proof of a case in which it {word}.",
                    subject=alert.name,
                    fix=f"add Proof(…, fires={fires}).",
                )
        if not any(name.startswith(f"{alert.name} ") for name in cases):
            yield CHECK.wrong("has no case in the generated tests.", subject=alert.name, fix=_BUILD)


CHECK = Check(
    "alerts-are-proved",
    "every alert has tests of both directions",
    CheckGroup.TESTS,
    run,
    fix="add the missing Proof(…), and run `toolkit build-alerts`.",
)
