"""The settings of exec-risk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from target_app.execution.settings import MARKETS, MOST_EXCHANGES, MOST_SYMBOLS
from target_app.services.settings import CommonSettings
from target_app.settings_table import Program, read_settings, setting

PREFIX = "EXEC_RISK_"
_PROGRAM = Program(
    command="toolkit serve exec-risk",
    description="Run the risk and execution service.",
    prefix=PREFIX,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskSettings(CommonSettings):
    """Field order is the order of `--help`."""

    port: int = setting(8002, "port to listen on; 0 takes a free one", least=0, most=65535)
    store: str = setting(".toolkit/exec-risk.db", "path of the service's store (SQLite)")
    journal: str = setting(".toolkit/exec-risk-journal.db", "path of the order journal (SQLite)")
    audit_log: str = setting(".toolkit/exec-risk-audit.jsonl", "path of the audit log")
    exchanges: tuple[str, ...] = setting(
        ("paper",), "ccxt ids, `paper` or `venue_sim`", least=1, most=MOST_EXCHANGES
    )
    exchange_keys: str = setting(
        "", "TOML file with a table of ccxt options (apiKey, secret, …) for each exchange"
    )
    venue_sim_url: str = setting("http://127.0.0.1:8090", "where `venue_sim` listens")
    settle_seconds: float = setting(
        10.0, "how long an order whose fate is unknown may still appear at the exchange", least=0
    )
    breaker_cooldown_seconds: float = setting(
        30.0, "time that an open circuit breaker waits before it tries again", least=0
    )
    symbols: tuple[str, ...] = setting(
        MARKETS, "markets that may be traded", least=1, most=MOST_SYMBOLS
    )
    capital_usd: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(100_000), "capital that percentages refer to", least=1
    )
    position_pct: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(1),
        "position in percent of capital where the signal gives none",
        least=0.01,
        most=100,
    )
    max_position_pct: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(10),
        "largest position in percent of capital; larger ones are refused",
        least=0.01,
        most=100,
    )
    max_leverage: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(3), "largest leverage; a signal with more gets this", least=1, most=100
    )
    max_open_positions: int = setting(200, "positions held at once", least=1)
    min_confidence: float = setting(0.7, "signals under this are refused", least=0, most=1)
    max_age_seconds: float = setting(60.0, "a signal older than this is refused", least=1)
    daily_loss_limit_usd: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(2000), "daily loss at which no more positions are opened", least=1
    )
    emergency_loss_usd: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(5000), "daily loss at which trading is stopped until a person lifts it", least=1
    )
    hold_seconds: float = setting(
        30.0, "time after which a position is closed without a signal; 0 never closes one", least=0
    )


def read(argv: Sequence[str], environment: Mapping[str, str]) -> RiskSettings:
    """The settings from options, variables and the file. Raises ConfigurationError."""
    return read_settings(RiskSettings, _PROGRAM, argv, environment)
