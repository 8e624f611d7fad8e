"""Every service exports exactly what its catalogue declares.

Why: dashboards, alerts and lint rules trust the catalogue. A metric missing from the
scrape makes panels empty and alerts silent; one missing from the catalogue is unlinted
and has no bound on its labels. What the client library exports about the process, such
as `process_open_fds` and `go_goroutines`, is left out where the catalogue does not declare it. Of
a program of others, whose metrics are all declared as foreign, a catalogue may declare a part:
what else it exports is its owners' choice.
"""

from collections.abc import Iterator

from toolkit.findings import Finding
from toolkit.prometheus.exposition import is_of_the_client_library
from toolkit.validate.check import Check, CheckedStack, CheckGroup

_IF_FOREIGN = (
    "see what this version and its settings export: `toolkit discover URL --against SERVICE`; "
    "declare what you read alone."
)


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare names, both ways."""
    for service, catalogue, families in stack.scrapes():
        foreign = {metric.name: metric.foreign for metric in catalogue.metrics}
        declared = foreign.keys()
        scraped = {
            name for name in families if name in declared or not is_of_the_client_library(name)
        }
        for name in sorted(declared - scraped):
            yield CHECK.wrong(
                "is declared, and not exported.",
                subject=service.subject(name),
                fix=_IF_FOREIGN if foreign[name] else "create it at start-up, not on first use.",
            )
        if all(metric.foreign for metric in catalogue.metrics):
            continue
        for name in sorted(scraped - declared):
            yield CHECK.wrong(
                "is exported, and not declared.",
                subject=service.subject(name),
                fix="declare it in the catalogue.",
            )


CHECK = Check(
    "scrape-matches-catalogue",
    "every declared metric is exported, and no other",
    CheckGroup.CATALOGUE,
    run,
    fix="create it at start-up, or declare it in the catalogue.",
)
