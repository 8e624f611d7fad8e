"""Numbers of a report that was written as JSON: anything that a run cannot have is refused."""

import math

_MOST = 2**48  # more was never counted, and would not fit where counts are added


def whole(value: object, least: int = 0) -> int:
    """A count. Raises TypeError or ValueError for anything else."""
    number = int(value)  # type: ignore[call-overload] # what it refuses is not a report
    if not least <= number <= _MOST:
        raise ValueError(number)
    return number  # type: ignore[no-any-return]


def finite(value: object) -> float:
    """A time or a duration. Raises TypeError or ValueError for what is no number, or endless."""
    number = float(value)  # type: ignore[arg-type] # what it refuses is not a report
    if not math.isfinite(number):
        raise ValueError(number)
    return number
