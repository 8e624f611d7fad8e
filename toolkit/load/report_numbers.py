"""Numbers of a report that was written as JSON: anything that a run cannot have is refused."""

_MOST = 2**48  # more was never counted, and would not fit where counts are added
# The buckets from less than nanoseconds to more than centuries.
_BUCKETS = range(-2000, 2000)


def whole(value: object, least: int = 0) -> int:
    """A count. Raises TypeError or ValueError for anything else."""
    number = int(value)  # type: ignore[call-overload] # what it refuses is not a report
    if not least <= number <= _MOST:
        raise ValueError(number)
    return number  # type: ignore[no-any-return]


def finite(value: object) -> float:
    """A time or a duration. Raises TypeError or ValueError for what is no number, or endless."""
    number = float(value)  # type: ignore[arg-type] # what it refuses is not a report
    if not abs(number) <= _MOST:
        raise ValueError(number)
    return number


def bucket_number(value: object) -> int:
    """The number of a histogram's bucket. Raises TypeError or ValueError for anything else."""
    number = int(value)  # type: ignore[call-overload] # what it refuses is not a report
    if number not in _BUCKETS:
        raise ValueError(number)
    return number  # type: ignore[no-any-return]
