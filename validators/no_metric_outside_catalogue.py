"""The service makes no metric but those of its catalogue.

Why: what is made outside the catalogue has no declared labels, no bound and no lint, and no
test knows of it. Where every declared metric is foreign, the service makes its metrics in its own
way, and the checks of the scrape judge them.
"""

from collections.abc import Iterator
from dataclasses import replace

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip
from toolkit.validate.metric_updates_in_source import ServiceSource


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Look for calls of the client library's classes in the service's source."""
    metrics = stack.project.catalogue.metrics
    if metrics and all(metric.foreign for metric in metrics):
        raise Skip("every declared metric is foreign: the checks of the scrape judge them")
    # Services of one package share their source, and what is wrong in it is said once.
    for source in dict.fromkeys(source for _, source in ServiceSource.each(stack.project)):
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
