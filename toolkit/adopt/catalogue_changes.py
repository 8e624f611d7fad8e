"""A scrape against a declared catalogue: what is new, gone, or otherwise than declared."""

from collections.abc import Iterator

from toolkit.adopt.discover import Discovered, discover
from toolkit.catalogue import Catalogue, Kind, Metric
from toolkit.prometheus import exposition
from toolkit.prometheus.exposition import Family, is_of_the_client_library


def changes(text: str, declared: Catalogue, *, source: str = "the scrape") -> tuple[str, ...]:
    """One sentence for each difference, by metric name; none where all is as declared.

    Raises UsageError as `discover`.
    """
    found = {each.metric.name: each for each in discover(text, source=source)}
    families = exposition.families(text)
    wanted = {metric.name: metric for metric in declared.metrics}
    sentences = []
    for name in sorted(found.keys() | wanted.keys()):
        if name not in wanted:
            if not is_of_the_client_library(name):
                sentences.append(f"{name}: is new, {_described(found[name])}.")
        elif name not in found:
            sentences.append(f"{name}: is declared, and not in the scrape.")
        else:
            differences = _differences(wanted[name], found[name].metric, families[name])
            sentences += (f"{name}: {difference}." for difference in differences)
    return tuple(sentences)


def _described(found: Discovered) -> str:
    names = ", ".join(label.name for label in found.metric.labels)
    return f"{found.metric.kind.noun} {f'with the labels {names}' if names else 'without labels'}"


def _differences(declared: Metric, found: Metric, family: Family) -> Iterator[str]:
    if family.kind not in declared.kind.exported_as:
        yield f"is {found.kind.noun}, and declared as {declared.kind.noun}"
    if family.label_sets:
        yield from _of_labels(declared, family)
    # A summary has quantiles, and a histogram buckets, once it has observed something.
    for kind, part, wanted, seen in (
        (Kind.HISTOGRAM, "buckets", declared.buckets, found.buckets),
        (Kind.SUMMARY, "quantiles", declared.quantiles, found.quantiles),
    ):
        if declared.kind is found.kind is kind and family.bounds and set(wanted) != set(seen):
            yield f"has the {part} {_numbers(seen)}, and is declared with {_numbers(wanted)}"


def _numbers(values: tuple[float, ...]) -> str:
    return ", ".join(f"{value:g}" for value in values) or "none"


def _of_labels(declared: Metric, family: Family) -> Iterator[str]:
    wanted = {label.name: label for label in declared.labels}
    for name in sorted(family.label_names - wanted.keys()):
        yield f"carries the label {name}, which is not declared"
    for name in sorted(wanted.keys() - family.label_names):
        yield f"lacks its declared label {name}"
    for name in sorted(wanted.keys() & family.label_names):
        values, label = family.values(name), wanted[name]
        strangers = sorted(values - set(label.values)) if label.values else []
        if strangers:
            yield f"{name} takes {', '.join(map(repr, strangers))}, which is not declared"
        elif len(values) > label.bound:
            yield f"{name} takes {len(values)} values; at most {label.bound} are declared"
