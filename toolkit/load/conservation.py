"""Conservation: what was sent is what the service counted, kind by kind.

The counters are read from the service itself, before and after, so nothing depends on when
somebody scraped it. They hold only while nobody else sends: a difference shows both sides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.load.definitions import Counted
from toolkit.load.statistics import NO_ANSWER, Tally
from toolkit.prometheus.exposition import Exported


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """One line: how many answers of a kind came, and how far the counter grew meanwhile."""

    counted: Counted
    sent: int
    grown: float

    @property
    def holds(self) -> bool:
        """Whether both sides are the same."""
        return self.sent == self.grown

    def __str__(self) -> str:
        mark = "✓" if self.holds else "✗"
        return (
            f"{mark} {self.counted.title}: sent {self.sent}, counted {self.grown:g} "
            f"({self.counted.selector})"
        )


def read(counted: Sequence[Counted], samples: Sequence[Exported]) -> dict[str, float]:
    """By title, the sum of the counter's series now; of series that do not exist yet, 0."""
    return {
        line.title: sum(sample.value for sample in samples if _selects(line, sample))
        for line in counted
    }


def _selects(line: Counted, sample: Exported) -> bool:
    return sample.name == line.metric.name and all(
        sample.labels.get(label) in values for label, values in line.where.items()
    )


def balance(
    counted: Sequence[Counted],
    before: Mapping[str, float],
    after: Mapping[str, float],
    total: Tally,
) -> tuple[Balance, ...]:
    """Every line, in the book's order."""
    return tuple(
        Balance(
            counted=line,
            sent=sum(total.answers[code] for code in line.codes),
            grown=after[line.title] - before[line.title],
        )
        for line in counted
    )


def render(balances: Sequence[Balance], total: Tally) -> str:
    """What differs, each with both sides; then the verdict in a line."""
    wrong = [line for line in balances if not line.holds]
    lines = [str(line) for line in wrong]
    if total.answers[NO_ANSWER]:
        lines.append(
            f"! {total.answers[NO_ANSWER]} requests got no answer: whether the service counted "
            "them cannot be told from here"
        )
    verdict = "DIFFERS" if wrong else "holds"
    lines.append(
        f"Conservation {verdict}: {len(balances) - len(wrong)} of {len(balances)} balances agree, "
        f"{total.requests} requests sent"
    )
    return "\n".join(lines)
