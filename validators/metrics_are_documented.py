"""The documents name every declared metric.

Why: whoever finds a number on a dashboard must be able to look up what it counts.
Foreign metrics are documented by those who export them.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.generate.reference_pages import documents
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Look for each name in README.md and in the pages below docs/."""
    pages = tuple(documents(stack.project.config.root))
    if not pages:
        raise Skip("the project has no README.md and no pages below docs/")
    text = "".join(page.read_text(encoding="utf-8") for page in pages)
    for metric in stack.project.catalogue.metrics:
        if not metric.foreign and f"`{metric.name}`" not in text:
            yield CHECK.wrong(
                "is not in README.md, nor in a page below docs/.", subject=metric.name
            )


CHECK = Check(
    "metrics-are-documented",
    "the documents name every metric",
    CheckGroup.DOCUMENTATION,
    run,
    fix="put the markers <!-- generated: metrics --> into a page, and run `toolkit build`.",
)
