"""Every setting of the service, once: the fields of `Settings` are the table.

A field gives name, type, default, bounds and help. Environment variables (`EXECUTION_PORT`),
the TOML file (`port = 8000`) and options (`--port 8000`) are all read through it, later
ones winning.
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from target_app.settings_table import Program, read_settings, setting
from toolkit.errors import ConfigurationError

PREFIX = "EXECUTION_"
MARKETS = (
    "BTC/USDT", "ETH/USDT", "BNB/USDT", "SOL/USDT", "XRP/USDT", "ADA/USDT",
    "DOGE/USDT", "AVAX/USDT", "DOT/USDT", "LINK/USDT", "LTC/USDT", "POL/USDT",
)  # fmt: skip
# This machine, and the networks that the internet does not route to: where an operator's own
# Prometheus is. Source: https://www.rfc-editor.org/rfc/rfc1918, rfc4193, rfc6890
PRIVATE = (
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "::1/128",
    "fc00::/7",
)
# `symbol` takes 32 values at most, one of which is `other`; `exchange` takes 8.
MOST_SYMBOLS, MOST_EXCHANGES = 31, 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of the service. Field order is the order of `--help`."""

    webhook_secrets: tuple[str, ...] = setting(
        (), "HMAC secrets, separated by commas; the first signs, all verify", secret=True
    )
    webhook_passphrase: str = setting(
        "", "accept this `passphrase` field in place of a signature; empty means never", secret=True
    )
    host: str = setting("127.0.0.1", "address to listen on")
    port: int = setting(8000, "port to listen on; 0 takes a free one", least=0, most=65535)
    workers: int = setting(1, "worker processes", least=1, most=64)
    allowed_ips: tuple[str, ...] = setting(
        (), "CIDR blocks that may send webhooks; empty means everyone"
    )
    metrics_ips: tuple[str, ...] = setting(
        PRIVATE, "CIDR blocks that may read /metrics; empty means everyone"
    )
    admin_ips: tuple[str, ...] = setting(
        PRIVATE, "CIDR blocks that may use /admin, with the token; empty means everyone"
    )
    trusted_proxies: tuple[str, ...] = setting((), "CIDR blocks whose X-Forwarded-For is believed")
    rate_limit_per_minute: int = setting(100, "requests a minute for each client", least=1)
    rate_limit_burst: int = setting(10, "requests a client may send on top at once", least=0)
    endpoint_rate_limit_per_minute: int = setting(
        6000, "requests a minute for each client to all that is not the webhook", least=1
    )
    redis_url: str = setting("", "share rate limits between replicas through this Redis")
    max_age_seconds: float = setting(300.0, "a webhook older than this is stale", least=1)
    max_future_seconds: float = setting(30.0, "a webhook later than this is stale", least=0)
    min_confidence: float = setting(0.6, "signals under this are filtered", least=0, most=1)
    max_body_bytes: int = setting(65536, "longest body that is read", least=1024, most=1 << 24)
    max_header_bytes: int = setting(
        16384, "longest request line with its headers that is read", least=1024, most=65536
    )
    request_seconds: float = setting(
        10.0, "longest time for a client to send its headers, or its body", least=0.1
    )
    max_connections_per_address: int = setting(
        1000,
        "connections of one address to a worker, trusted proxies' apart; 0 is any number",
        least=0,
    )
    exchanges: tuple[str, ...] = setting(
        ("paper",),
        "ccxt ids, `paper` or `venue_sim`; the first is the default",
        least=1,
        most=MOST_EXCHANGES,
    )
    untested_exchanges: tuple[str, ...] = setting(
        (), "exchanges that this service was never tried with, to be used all the same"
    )
    symbols: tuple[str, ...] = setting(
        MARKETS, "markets that may be traded", least=1, most=MOST_SYMBOLS
    )
    exchange_keys: str = setting(
        "", "TOML file with a table of ccxt options (apiKey, secret, …) for each exchange"
    )
    sandbox: bool = setting(
        True,  # noqa: FBT003 - the table's default, not an argument that a reader must guess
        "trade on test networks only, and refuse an exchange without one; false is real money",
    )
    venue_sim_url: str = setting("http://127.0.0.1:8090", "where `venue_sim` listens")
    exchange_timeout_seconds: float = setting(5.0, "longest wait for an exchange", least=0.05)
    capital_usd: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(100_000), "capital that percentages refer to", least=1
    )
    sizing_method: str = setting(
        "fixed_percent",
        "how a position is sized when the webhook gives no quantity",
        choices=("fixed_percent", "risk_based", "volatility_adjusted"),
    )
    position_pct: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(1), "fixed_percent: position in percent of capital", least=0, most=100
    )
    risk_pct: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal("0.5"),
        "risk_based, volatility_adjusted: loss at the stop, percent of capital",
        least=0,
        most=100,
    )
    atr_multiple: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(2), "volatility_adjusted: distance of the stop in ATRs", least=0.1, most=100
    )
    max_position_pct: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(10), "largest position in percent of capital", least=0, most=100
    )
    max_exposure_pct: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(0),
        "most that may be held at an exchange in coins, percent of capital; 0 is any",
        least=0,
        most=10_000,
    )
    price_band_pct: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(10),
        "farthest that a limit may lie from the market, in percent; 0 is anywhere",
        least=0,
        most=1000,
    )
    breaker_failures: int = setting(5, "failures in a row that open a circuit breaker", least=1)
    breaker_cooldown_seconds: float = setting(
        30.0, "time that an open breaker waits before it tries again", least=0
    )
    breaker_successes: int = setting(2, "successes that close a half-open breaker", least=1)
    journal: str = setting(".toolkit/journal.db", "path of the order journal (SQLite)")
    takeover_seconds: float = setting(
        0.0,
        "longest wait for another instance to let go of the journal; 0 waits only while one drains",
        least=0,
    )
    journal_days: float = setting(
        30.0, "days after which settled orders are forgotten, and their ids may come again", least=1
    )
    settle_seconds: float = setting(
        10.0, "how long an order whose fate is unknown may still appear at the exchange", least=0
    )
    dry_run: bool = setting(
        False,  # noqa: FBT003 - the table's default, not an argument that a reader must guess
        "answer webhooks as if they were ordered, and order nothing",
    )
    watch_seconds: float = setting(
        1.0,
        "time between two looks at stops, at prices of targets and at resting orders",
        least=0.01,
    )
    audit_log: str = setting(".toolkit/audit.jsonl", "path of the audit log")
    audit_log_bytes: int = setting(16 << 20, "size at which the audit log is rotated", least=4096)
    audit_log_files: int = setting(8, "rotated audit logs that are kept", least=1, most=1000)
    drain_seconds: float = setting(
        0.0,
        "after SIGTERM, time in which /ready answers 503 and webhooks are still taken, until "
        "the balancer has noticed",
        least=0,
    )
    admin_token: str = setting("", "bearer token of /admin/faults; empty turns it off", secret=True)
    log_level: str = setting(
        "info", "least severe log line written", choices=("debug", "info", "warning", "error")
    )


TABLE = dataclasses.fields(Settings)
_PROGRAM = Program(
    command="toolkit serve", description="Run the trade-execution service.", prefix=PREFIX
)


def read(argv: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """The settings from all three places, checked.

    Raises ConfigurationError for an unknown key, an unreadable value and a missing secret.
    SystemExit is raised by argparse for `--help` only.
    """
    settings = read_settings(Settings, _PROGRAM, argv, environment)
    if not settings.webhook_secrets:
        raise ConfigurationError(
            "the service has no webhook secret, and will not accept orders from just anyone.",
            fix=f'make one: export {PREFIX}WEBHOOK_SECRETS="$(openssl rand -hex 32)"',
        )
    return settings
