"""The service makes no metric but those of its catalogue.

Why: what is made outside the catalogue has no declared labels, no bound and no lint, and no
test knows of it.
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup
from toolkit.validate.metric_updates import ServiceSource


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Look for calls of the client library's classes in the service's source."""
    for _, source in ServiceSource.each(stack.project):
        for kind, place in source.made():
            finding = CHECK.wrong(f"{place}: a {kind} is made with the client library itself.")
            yield replace(finding, location=place)


CHECK = Check(
    "no-metric-outside-catalogue",
    "the service makes no metric outside its catalogue",
    CheckGroup.INSTRUMENTATION,
    run,
    fix="declare it in the catalogue; toolkit.instruments makes it.",
)
