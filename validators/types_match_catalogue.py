"""Every exported metric has the type that its catalogue declares.

Why: `rate()` of what is really a gauge draws nonsense, and no server objects.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare the `# TYPE` lines with the declarations."""
    for service, catalogue, scraped in stack.scrapes():
        for metric in catalogue.metrics:
            family = scraped.get(metric.name)
            if family is not None and family.kind not in metric.kind.exported_as:
                yield CHECK.wrong(
                    f"is exported as {family.kind}, and declared as {metric.kind.value}.",
                    subject=service.subject(metric.name),
                )


CHECK = Check(
    "types-match-catalogue",
    "every exported metric has its declared type",
    CheckGroup.CATALOGUE,
    run,
    fix="correct the kind in the catalogue, or the instrument in the service.",
)
