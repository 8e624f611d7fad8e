"""No instance of a service restarts.

Why: a crash that a supervisor hides every few minutes loses the requests under way, and no alert on
a rate sees it. A restart is a process_start_time_seconds later than that of the watch's start
(clocks do not matter: it is compared with itself); where a service does not export it, a counter
that was reset. Instances that were not there at the start are new, not restarted.
"""

from collections.abc import Iterator

from toolkit.catalogue import Kind
from toolkit.config.services import ServiceConfig
from toolkit.definition_arguments.metric_names import selector_text
from toolkit.durations import in_words
from toolkit.findings import Finding
from toolkit.label_matchers.promql_matchers import one_of
from toolkit.validate import alert_links
from toolkit.validate.check import Check, CheckedStack, CheckGroup, NotYet, Skip
from toolkit.validate.watch_window import STARTED, Instance, instance_of, of_jobs, watched_services

# On Linux the time is reckoned from that of boot, which shifts as a clock is corrected.
CORRECTED_SECONDS = 2.0


def run(stack: CheckedStack) -> Iterator[Finding]:
    """Compare each instance's latest start in the window with that of the watch's start."""
    services = watched_services(stack.project)
    if not services:
        raise Skip("no service of the project is scraped")
    unseen = []
    for service in services:
        instances = {x for x in stack.window.start.targets if x[0] == service.job}
        timed = {x for x in instances if x in stack.window.start.started}
        yield from _later_starts(stack, service, timed)
        if instances - timed:
            if not _counters(stack, service):
                unseen.append(service.job)
            yield from _resets(stack, service, instances - timed)
    if unseen:
        raise NotYet(
            f"{', '.join(unseen)}: exports neither {STARTED} nor a declared counter, so that a "
            f"restart would not be seen.\n  fix: export {STARTED}, or leave the check out: "
            f"--skip {CHECK.id}."
        )


def _later_starts(
    stack: CheckedStack, service: ServiceConfig, instances: set[Instance]
) -> Iterator[Finding]:
    asked = f"max_over_time({STARTED}{of_jobs([service.job])}[{stack.window.range}])"
    for sample in stack.prometheus.query(asked):
        instance = instance_of(sample.labels)
        before = stack.window.start.started.get(instance)
        if instance in instances and before is not None:
            if sample.value <= before + CORRECTED_SECONDS:
                continue
            ran = in_words(sample.value - before)
            yield _restarted(stack, instance, f"restarted, {ran} after its last start.")


def _resets(
    stack: CheckedStack, service: ServiceConfig, instances: set[Instance]
) -> Iterator[Finding]:
    """One finding for each instance of which some counter was reset."""
    left = set(instances)
    for name in _counters(stack, service):
        selector = selector_text(name, (f"job{one_of(service.job)}",))
        over = stack.window.range
        # The first sample in the window is compared with the last one before it.
        first = f"min_over_time({selector}[{over}]) < {selector} offset {over}"
        asked = f"resets({selector}[{over}]) > 0 or {first}"
        for sample in stack.prometheus.query(asked):
            instance = instance_of(sample.labels)
            if instance in left:
                left.remove(instance)
                yield _restarted(stack, instance, f"restarted: {name} was reset.")


def _counters(stack: CheckedStack, service: ServiceConfig) -> tuple[str, ...]:
    catalogue = stack.project.catalogue_of(service.name)
    series = catalogue.series.values() if catalogue else ()
    return tuple(x.name for x in series if x.kind is Kind.COUNTER)


def _restarted(stack: CheckedStack, instance: Instance, message: str) -> Finding:
    job, name = instance
    look = alert_links.of_series(stack, {STARTED, "up"}, job=job)
    return CHECK.wrong(f"{name} has {message}", subject=job, fix=look)


CHECK = Check(
    "nothing-restarts",
    "no instance of a service restarts",
    CheckGroup.WATCH,
    run,
    fix="read the log of the instance from before its start.",
)
