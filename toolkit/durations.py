"""Durations as Prometheus and Grafana write them, and numbers of seconds."""

import functools
import re

from toolkit.errors import ConfigurationError

_MOST_SECONDS = 2**63 / 1e9
"""The longest that Prometheus reads, about 292 years: its durations are nanoseconds in 64 bits."""
_DURATION = re.compile(r"([0-9]+)(ms|s|m|h|d|w|y)")
_SECONDS = {
    "ms": 0.001,
    "s": 1.0,
    "m": 60.0,
    "h": 3600.0,
    "d": 86400.0,
    "w": 604800.0,
    "y": 31536000.0,
}


@functools.lru_cache(maxsize=1024)  # a few of them are read for every rule of every file
def seconds(duration: str) -> float:
    """A Prometheus duration such as `1h30m` in seconds.

    Source: https://prometheus.io/docs/prometheus/latest/querying/basics/#time-durations
    """
    parts = _DURATION.findall(duration)
    sizes = [_SECONDS[unit] for _, unit in parts]
    in_order = sizes == sorted(set(sizes), reverse=True)
    if not parts or not in_order or "".join(n + unit for n, unit in parts) != duration:
        raise ConfigurationError(
            f"{duration!r} is not a duration.", fix="write it like 15s, 5m or 1h30m."
        )
    found = sum(int(n) * _SECONDS[unit] for n, unit in parts)
    if found > _MOST_SECONDS:
        raise ConfigurationError(
            f"{duration!r} is longer than Prometheus reads.", fix="write at most 292y."
        )
    return found


def plain(number: float) -> str:
    """A number of seconds as PromQL reads it: to the millisecond, without an exponent."""
    return f"{number:.3f}".rstrip("0").rstrip(".")


def span(number: float) -> str:
    """A number of seconds as a duration of PromQL, to the millisecond."""
    return f"{round(number * 1000)}ms"


def in_words(number: float) -> str:
    """A number of seconds as a person writes it: `1h2m3s`, `0.4s`."""
    if 0.05 <= number < 10 and number != int(number):  # noqa: PLR2004 - only then do tenths count
        return f"{number:.1f}s"
    rest = round(number)
    parts = []
    for unit, size in (("h", 3600), ("m", 60), ("s", 1)):
        count, rest = divmod(rest, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def duration(number: float) -> str:
    """Whole seconds as the shortest of Grafana's and Prometheus' durations: 120 is `2m`."""
    for unit in ("w", "d", "h", "m"):
        if number >= _SECONDS[unit] and number % _SECONDS[unit] == 0:
            return f"{number / _SECONDS[unit]:.0f}{unit}"
    return f"{plain(number)}s"
