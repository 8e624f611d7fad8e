"""The keys of streams in Redis, and the ids of entries as whole numbers in the same order."""

_PREFIX = "trading:"
_SEQUENCE_BITS = 64  # of an id `<time>-<sequence>`, both of which have as many

IDENTITY = f"{_PREFIX}identity"
"""The key that only an emptied Redis lacks."""


def key_of(stream: str) -> str:
    """The key of a stream."""
    return _PREFIX + stream


def entry_id(number: int) -> str:
    """The id of an entry, `<time>-<sequence>`."""
    return f"{time_of(number)}-{number - (time_of(number) << _SEQUENCE_BITS)}"


def number_of(entry: bytes | str) -> int:
    """The number of an entry by its id."""
    text = entry.decode() if isinstance(entry, bytes) else entry
    time, _, sequence = text.partition("-")
    return (int(time) << _SEQUENCE_BITS) + int(sequence)


def time_of(number: int) -> int:
    """The first part of an entry's id, which is 0 in ours."""
    return number >> _SEQUENCE_BITS
