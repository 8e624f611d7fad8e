"""The README names every declared metric.

Why: whoever finds a number on a dashboard must be able to look up what it counts.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Look for each name in README.md, where `toolkit build` keeps a table of them."""
    path = stack.project.config.root / "README.md"
    if not path.is_file():
        raise Skip("the project has no README.md")
    text = path.read_text(encoding="utf-8")
    for metric in stack.project.catalogue.metrics:
        if f"`{metric.name}`" not in text:
            yield CHECK.wrong(
                "is not in README.md.",
                subject=metric.name,
                fix="put the markers <!-- generated: metrics --> there and run `toolkit build`.",
            )


CHECK = Check(
    "metrics-are-documented",
    "the README names every metric",
    CheckGroup.DOCUMENTATION,
    run,
    fix="put the markers <!-- generated: metrics --> into README.md, and run `toolkit build`.",
)
