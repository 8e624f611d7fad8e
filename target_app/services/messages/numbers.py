"""Which numbers of a message can be reckoned with: finite ones of a size that money may have.

JSON's text takes any decimal, `NaN` and `1E+999999` as well. One of them, once it is in a sum,
makes the sum useless for ever.
"""

from decimal import Decimal

import msgspec

MOST_DIGITS = 18
"""A number has no more digits before its point, and twenty times as many after it."""
_MOST_DECIMALS = 20 * MOST_DIGITS


def unusable(message: msgspec.Struct) -> str:
    """Which field holds no such number, and what it holds; empty where all do."""
    for name in message.__struct_fields__:
        value = getattr(message, name)
        if isinstance(value, Decimal) and not _is_usable(value):
            return (
                f"{name}: {str(value)[:32]!r} is not a number of at most {MOST_DIGITS} digits "
                "before the point"
            )
    return ""


def _is_usable(value: Decimal) -> bool:
    if not value.is_finite():
        return False
    exponent = int(value.as_tuple().exponent)
    return value.adjusted() < MOST_DIGITS and -_MOST_DECIMALS <= exponent < MOST_DIGITS
