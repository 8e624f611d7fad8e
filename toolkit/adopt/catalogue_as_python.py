"""Metrics → the Python module that declares them."""

from collections.abc import Iterable, Sequence

from toolkit.adopt.discover import Discovered, constants
from toolkit.catalogue import Label, Metric
from toolkit.formats.python_layout import (
    Brackets,
    Source,
    assignment,
    comment,
    docstring,
    number,
    text,
)


def module(
    found: Sequence[Discovered], words: str, imported: tuple[str, tuple[str, ...]] = ("", ())
) -> str:
    """The text of a module with a constant for each metric, and CATALOGUE of them all.

    `words` are its docstring. A comment marks every guess. `imported` is a module, and the
    constants that CATALOGUE takes from it.
    """
    metrics = constants(each.metric for each in found)
    blocks = []
    for (name, metric), each in zip(metrics.items(), found, strict=True):
        blocks += [comment(f"Guess: {guess}.") for guess in each.guesses]
        blocks.append(assignment(name, metric_source(metric)))
    needed = ["Catalogue"]
    if metrics:
        labels = ["Label"] if any(metric.labels for metric in metrics.values()) else []
        needed += ["Kind", *labels, "Metric", "Unit"]
    head = [docstring(words), "", f"from toolkit.catalogue import {', '.join(needed)}"]
    package, _, library = imported[0].rpartition(".")
    if imported[1]:
        head.append(f"from {package} import {library}")
    # Assigned, since linters call a name unused that is only imported.
    blocks = [*(f"{each} = {library}.{each}" for each in imported[1]), *blocks]
    taken = Brackets("Catalogue.of(", ("globals()",))
    return "\n".join((*head, "", *blocks, assignment("CATALOGUE", taken))) + "\n"


def metric_source(metric: Metric) -> Brackets:
    """The call that makes the metric."""
    items: list[Source] = [
        text(metric.name),
        f"Kind.{metric.kind.name}",
        text(metric.help),
        f"unit=Unit.{metric.unit.name}",
    ]
    parts: tuple[tuple[str, Iterable[Source]], ...] = (
        ("labels", map(_label, metric.labels)),
        ("buckets", map(number, metric.buckets)),
        ("quantiles", map(number, metric.quantiles)),
    )
    for name, values in parts:
        listed = tuple(values)
        if listed:
            items.append(Brackets(f"{name}=(", listed))
    if metric.foreign:
        items.append("foreign=True")
    return Brackets("Metric(", tuple(items))


def _label(label: Label) -> Brackets:
    values = Brackets("values=(", tuple(map(text, label.values)))
    bound: Source = values if label.values else f"at_most={label.at_most}"
    foreign = ("foreign=True",) if label.foreign else ()
    return Brackets("Label(", (text(label.name), bound, *foreign))
