"""Every setting of the trading bot, once: the fields of `SessionSettings` are the table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from target_app.session.metrics import PORT
from target_app.session.objectives import WATCHED_SECONDS
from target_app.settings_table import Program, read_settings, setting
from toolkit.errors import ConfigurationError

PREFIX = "SESSION_"
PROGRAM = Program(
    command="toolkit serve session",
    description="Run the trading bot on paper until SIGTERM.",
    prefix=PREFIX,
)
_DAY = 86_400.0
# Less than a step takes to compute.
_LEAST_SECONDS = 0.001


def _usd(default: int, text: str) -> Any:
    return setting(Decimal(default), text, least=1, most=1e12)


def _bps(default: int, text: str) -> Any:
    return setting(Decimal(default), f"{text}, in basis points", least=0, most=9_999)


def _seconds(default: float, text: str) -> Any:
    return setting(default, text, least=_LEAST_SECONDS, most=_DAY)


def _steps(default: int, text: str, least: int = 0) -> Any:
    return setting(default, text, least=least, most=1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionSettings:
    """The settings of a session. A step is one round of the trading loop."""

    seed: int = setting(1, "decides every price, signal and failure", least=0, most=2**53)
    global_trading: bool = setting(True, "false: no order leaves")  # noqa: FBT003 - the table's default
    symbols: tuple[str, ...] = setting(
        ("BTC/USDT", "ETH/USDT", "BNB/USDT", "SOL/USDT", "XRP/USDT", "LINK/USDT"),
        "markets that are traded",
        least=1,
        most=31,
    )
    capital_usd: Decimal = _usd(250_000, "what the paper account holds")  # noqa: RUF009 - a field
    order_usd: Decimal = _usd(5_000, "value of one entry")  # noqa: RUF009 - a field
    max_spread_bps_entry: Decimal = _bps(  # noqa: RUF009 - the same
        5, "no entry while bid and ask are further apart"
    )
    max_slippage_bps_entry: Decimal = _bps(  # noqa: RUF009 - the same
        3, "how far over the ask an entry's limit may be"
    )
    loop_interval_seconds: float = _seconds(0.25, "time of a step")
    average_steps: int = _steps(20, "steps that the average price looks back", least=1)
    hold_steps: int = _steps(10, "steps after which a position is closed")
    cooldown_steps: int = _steps(8, "at most so many steps between two entries")
    order_timeout_seconds: float = _seconds(2.0, "longest life of an order")
    stale_intent_seconds: float = _seconds(30.0, "an older intent is cleaned up")
    budget_refresh_seconds: float = _seconds(5.0, "time between two refreshes of the budget")
    budget_timeout_seconds: float = _seconds(2.0, "longest wait for the balances")
    venue_timeout_seconds: float = _seconds(5.0, "longest wait for the venue")
    venue_latency_seconds: float = setting(
        0.002, "time that an order takes at the venue", least=0, most=_DAY
    )
    venue_refusal_share: float = setting(
        0.15, "share of the orders that the venue refuses", least=0, most=1
    )
    venue_away: tuple[str, ...] = setting(
        (), "when the venue cannot be reached, in seconds of the session: `0-3,10-12`"
    )
    trace_sample_rate: float = setting(
        0.1, "share of the trace events that are written", least=0, most=1
    )
    log_queue: int = setting(10_000, "events that may wait to be written", least=1)
    log_timeout_seconds: float = setting(
        0.05, "longest wait for room in that queue", least=0, most=_DAY
    )
    log_file_bytes: int = setting(64 << 20, "size at which a new file of events begins", least=4096)
    watchdog_seconds: float = _seconds(WATCHED_SECONDS, "a thread silent for longer is stuck")
    sessions_dir: str = setting("sessions", "folder of the sessions")
    host: str = setting("127.0.0.1", "address of the metrics")
    prometheus_port: int = setting(
        PORT, "port of the metrics; 0 takes a free one", least=0, most=65535
    )
    enable_prometheus: bool = setting(True, "whether metrics can be scraped")  # noqa: FBT003 - the same
    enable_statsd: bool = setting(False, "whether metrics go to a StatsD too")  # noqa: FBT003 - the same
    statsd_host: str = setting("localhost", "host of the StatsD")
    statsd_port: int = setting(8125, "its UDP port", least=1, most=65535)
    admin_token: str = setting("", "bearer token of /admin/faults; empty turns it off", secret=True)

    def __post_init__(self) -> None:
        longest = max(self.venue_timeout_seconds, self.budget_timeout_seconds)
        if self.watchdog_seconds <= longest:
            raise ConfigurationError(
                f"watchdog_seconds: {self.watchdog_seconds:g} is not over {longest:g}, the longest "
                "wait for the venue that is allowed.",
                fix="raise it, or lower venue_timeout_seconds and budget_timeout_seconds.",
            )
        _ = self.away

    @property
    def away(self) -> tuple[tuple[float, float], ...]:
        """When the venue cannot be reached: from and to, in seconds of the session."""
        return tuple(_span(text) for text in self.venue_away)

    def steps(self, seconds: float) -> int:
        """How many steps so many seconds are, at least one."""
        return max(1, round(seconds / self.loop_interval_seconds))

    def written(self) -> dict[str, Any]:
        """The settings as a session's folder keeps them: no secrets, numbers as numbers."""
        shown = (field for field in fields(self) if not field.metadata["secret"])
        values = {field.name: getattr(self, field.name) for field in shown}
        return {k: float(v) if isinstance(v, Decimal) else v for k, v in values.items()}


def _span(text: str) -> tuple[float, float]:
    begin, dash, end = text.partition("-")
    try:
        found = float(begin), float(end)
    except ValueError:
        found = (1.0, 0.0)
    if not dash or not 0 <= found[0] < found[1]:
        raise ConfigurationError(
            f"venue_away: {text!r} is not a span of time.",
            fix="write it like 10-12: from and to, in seconds of the session.",
        )
    return found


def read(words: Sequence[str], environment: Mapping[str, str]) -> SessionSettings:
    """The settings from options, environment and file. Raises ConfigurationError."""
    return read_settings(SessionSettings, PROGRAM, words, environment)
