"""Every exported series carries its declared labels, with declared values, within bounds.

Why: a label too many multiplies the series until Prometheus falls over; a value that the
catalogue does not know is one that no alert or panel asks for.
"""

from collections.abc import Iterator

from toolkit.catalogue import Metric
from toolkit.findings import Finding
from toolkit.prometheus.exposition import Family
from toolkit.validate.check import Check, CheckedStack, CheckGroup


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare label names, values of closed labels, and numbers of values of the others."""
    for service, catalogue, scraped in stack.scrapes():
        for metric in catalogue.metrics:
            family = scraped.get(metric.name)
            if family is not None and family.label_sets:
                yield from _compare(metric, family, service.subject(metric.name))


def _compare(metric: Metric, family: Family, subject: str) -> Iterator[Finding]:
    declared = {label.name for label in metric.labels}
    for name in sorted(family.label_names - declared):
        yield CHECK.wrong(
            f"carries label {name!r}, which is not declared.",
            subject=subject,
            fix="declare the label with its values or a bound, or drop it.",
        )
    for name in sorted(declared - family.label_names):
        yield CHECK.wrong(f"lacks its declared label {name!r}.", subject=subject)
    for label in metric.labels:
        values = family.values(label.name)
        strangers = sorted(values - set(label.values)) if label.values else []
        if strangers:
            yield CHECK.wrong(
                f"{label.name} takes {', '.join(map(repr, strangers))}, which is not declared.",
                subject=subject,
                fix="add the value to the label, or fold it into one that is declared.",
            )
        if len(values) > label.bound:
            yield CHECK.wrong(
                f"{label.name} takes {len(values)} values; at most {label.bound} are declared.",
                subject=subject,
                fix="bound the label in the service, or declare as many as are meant.",
            )


CHECK = Check(
    "labels-match-catalogue",
    "every series carries its declared labels, within bounds",
    CheckGroup.CATALOGUE,
    run,
    fix="declare the label with its values or a bound, or drop it in the service.",
)
