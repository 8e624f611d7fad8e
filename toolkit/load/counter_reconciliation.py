"""Conservation: what was sent is what the service counted, kind by kind.

The counters are read from the service itself, before and after, so nothing depends on when
Prometheus scraped it. They agree only while nothing else sends: a difference shows both sides.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.errors import ExitStatus, ToolkitError
from toolkit.load.definitions import AnswerCounter
from toolkit.load.statistics import NO_ANSWER, Tally
from toolkit.prometheus.exposition import Exported


class ConservationError(ToolkitError):
    """Say which counter an answer of the scenario moves."""

    status = ExitStatus.UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Balance:
    """How many answers of a kind came, and how far the counter grew meanwhile.

    Of `unanswered` requests nobody but the service knows whether it counted them.
    """

    counter: AnswerCounter
    sent: int
    grown: float
    unanswered: int = 0

    @property
    def holds(self) -> bool:
        """Whether both sides are the same, or differ by no more than was not answered."""
        return self.sent <= self.grown <= self.sent + self.unanswered

    def __str__(self) -> str:
        mark = "✓" if self.holds else "✗"
        return (
            f"{mark} {self.counter.title}: sent {self.sent}, counted {self.grown:g} "
            f"({self.counter.selector})"
        )


def read(counters: Sequence[AnswerCounter], samples: Sequence[Exported]) -> dict[str, float]:
    """By title, the sum of the counter's series now; of series that do not exist yet, 0."""
    return {
        counter.title: sum(sample.value for sample in samples if _selects(counter, sample))
        for counter in counters
    }


def _selects(counter: AnswerCounter, sample: Exported) -> bool:
    return sample.name == counter.metric.name and all(
        sample.labels.get(label) in values for label, values in counter.where.items()
    )


def balance(
    counters: Sequence[AnswerCounter],
    before: Mapping[str, float],
    after: Mapping[str, float],
    total: Tally,
) -> tuple[Balance, ...]:
    """A balance for each counter, in order; `before` and `after` are by title."""
    return tuple(
        Balance(
            counter=counter,
            sent=sum(total.answers[code] for code in counter.codes),
            grown=after[counter.title] - before[counter.title],
            unanswered=total.answers[NO_ANSWER],
        )
        for counter in counters
    )


def uncovered(counters: Sequence[AnswerCounter], total: Tally) -> dict[str, int]:
    """The answers that no counter is about: by code, how many."""
    covered = {code for counter in counters for code in counter.codes} | {NO_ANSWER}
    return {code: count for code, count in total.answers.items() if code not in covered and count}


def require_covered(counters: Sequence[AnswerCounter], total: Tally) -> None:
    """Raise ConservationError where no balance is about any answer: they would hold of nothing."""
    answered = total.requests - total.answers[NO_ANSWER]
    if answered and sum(uncovered(counters, total).values()) == answered:
        raise ConservationError(
            f"--conserve: none of {answered} answers is in a balance, so nothing was compared.",
            fix="name their codes in the project's load definitions: AnswerCounter(…, codes=(…)).",
        )


def render(balances: Sequence[Balance], total: Tally) -> str:
    """What differs, each with both sides; then the result in a line."""
    wrong = [balance for balance in balances if not balance.holds]
    lines = [str(balance) for balance in wrong]
    if total.answers[NO_ANSWER]:
        lines.append(
            f"! {total.answers[NO_ANSWER]} requests got no answer: it is not known whether the "
            "service counted them"
        )
    if rest := uncovered([balance.counter for balance in balances], total):
        lines.append(
            f"! {sum(rest.values())} answers are in no balance: "
            + ", ".join(f"{count} × {code}" for code, count in sorted(rest.items()))
        )
    lines.append(
        f"Conservation {'DIFFERS' if wrong else 'holds'}: {len(balances) - len(wrong)} of "
        f"{len(balances)} balances agree, {total.requests} requests sent"
    )
    return "\n".join(lines)
