"""A threshold in every window of a run: the worst one is what was measured.

Windows begin a fifth of their length after each other, so that a bad stretch cannot hide at a
boundary. Only whole seconds of the run are in them.
"""

from collections.abc import Iterator, Mapping

from toolkit.load.statistics import Second


def windows(
    seconds: Mapping[int, Second], first: int, end: int, length: int
) -> Iterator[tuple[int, Second]]:
    """(its first second, all of its requests) of each window from `first` to before `end`."""
    step = max(1, length // 5)
    last = end - length
    starts = [*range(first, last, step), last] if last >= first else []
    for start in starts:
        together = Second()
        for number in range(start, start + length):
            if number in seconds:
                together.merge(seconds[number])
        yield start, together
