"""Every declared metric has a place in the service's source that updates it.

Why: a metric that nothing updates is exported as zero for ever. Its panel looks calm, and its
alert can never fire. Foreign metrics are made by others; the checks of the scrape judge those.
"""

import importlib
from collections.abc import Iterator

from toolkit.catalogue import Metric
from toolkit.config.services import ServiceConfig
from toolkit.findings import Finding
from toolkit.validate.check import Check, CheckedStack, CheckGroup, Skip
from toolkit.validate.metric_updates_in_source import ServiceSource


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Look for each of the catalogue's constants in the functions of the service's package."""
    found = [(source, _constants(service)) for service, source in ServiceSource.each(stack.project)]
    if not any(constants for _, constants in found):
        raise Skip("every declared metric is foreign: the checks of the scrape judge them")
    used_in: dict[ServiceSource, frozenset[str]] = {}  # which services of one package share
    for source, constants in found:
        if source not in used_in:
            used_in[source] = source.used()
        used = used_in[source]
        for constant, metric in constants.items():
            if constant not in used:
                yield CHECK.wrong(
                    f"is declared as {constant}, and no function of the service updates it.",
                    subject=metric.name,
                )


def _constants(service: ServiceConfig) -> dict[str, Metric]:
    module = importlib.import_module(service.catalogue.partition(":")[0])
    return {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, Metric) and not value.foreign
    }


CHECK = Check(
    "metrics-are-updated",
    "every declared metric has a place that updates it",
    CheckGroup.INSTRUMENTATION,
    run,
    fix="observe it where it happens, or take it out of the catalogue.",
)
