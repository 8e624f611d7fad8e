"""What arguments of definitions must be beyond their types: durations, ranges.

Used in annotations: `hold: Duration` is text to a type checker, and to `@checked` text that
Prometheus reads as a duration.
"""

import functools
import re
from typing import Annotated

from toolkit.definition_arguments.annotated_types import Claim
from toolkit.durations import seconds
from toolkit.errors import ConfigurationError

_NEARLY = re.compile(r"\s*([0-9]+)\s*(ms|[smhdwy])?[a-z]*\s*", re.IGNORECASE)


def _duration(*, above_zero: bool = False, or_empty: bool = False) -> Claim:
    @functools.lru_cache(maxsize=1024)
    def holds(text: str) -> bool:
        if not text:
            return or_empty
        try:
            return seconds(text) > 0 or not above_zero
        except ConfigurationError:
            return False

    def guess(value: object) -> str:
        match = _NEARLY.fullmatch(str(value))
        text = f"{match[1]}{(match[2] or 's').lower()}" if match else ""
        return f'"{text}"' if text and holds(text) else ""

    above = " above 0" if above_zero else ""
    return Claim(f"a duration{above} like 15s, 5m or 1h30m", holds, guess)


Duration = Annotated[str, _duration()]
PositiveDuration = Annotated[str, _duration(above_zero=True)]
OptionalDuration = Annotated[str, _duration(above_zero=True, or_empty=True)]
"""Above 0, or empty for the default."""

Blank = Annotated[str, Claim("text", lambda _: True)]
"""Text that may be empty although it has no default; any other such text may not."""

Positive = Annotated[float, Claim("a number above 0", lambda x: x > 0)]
NotNegative = Annotated[float, Claim("a number of at least 0", lambda x: x >= 0)]
Count = Annotated[int, Claim("a whole number of at least 1", lambda x: x >= 1)]
Decimals = Annotated[int, Claim("a whole number from 0 to 15", lambda x: 0 <= x <= 15)]  # noqa: PLR2004 - a float has no more
Columns = Annotated[int, Claim("a whole number from 1 to 24", lambda x: 1 <= x <= 24)]  # noqa: PLR2004 - Grafana's grid
