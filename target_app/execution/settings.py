"""Every setting of the service, once: the fields of `Settings` are the table.

A field gives name, type, default, bounds and help. Environment variables (`EXECUTION_PORT`),
the TOML file (`port = 8000`) and options (`--port 8000`) are all read through it, later
ones winning.
"""

import argparse
import dataclasses
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_type_hints

from toolkit.errors import ConfigurationError, did_you_mean

PREFIX = "EXECUTION_"
MARKETS = (
    "BTC/USDT", "ETH/USDT", "BNB/USDT", "SOL/USDT", "XRP/USDT", "ADA/USDT",
    "DOGE/USDT", "AVAX/USDT", "DOT/USDT", "LINK/USDT", "LTC/USDT", "MATIC/USDT",
)  # fmt: skip
# `symbol` takes 32 values at most, one of which is `other`; `exchange` takes 8.
MOST_SYMBOLS, MOST_EXCHANGES = 31, 8


def setting(
    default: object,
    text: str,
    *,
    least: float | None = None,
    most: float | None = None,
    choices: tuple[str, ...] = (),
    secret: bool = False,
) -> Any:
    """A field of the table; `least` and `most` bound a number, or a list's length."""
    about = {"help": text, "least": least, "most": most, "choices": choices, "secret": secret}
    return field(default=default, metadata=about)


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
    trusted_proxies: tuple[str, ...] = setting((), "CIDR blocks whose X-Forwarded-For is believed")
    rate_limit_per_minute: int = setting(100, "requests a minute for each client", least=1)
    rate_limit_burst: int = setting(10, "requests a client may send on top at once", least=0)
    redis_url: str = setting("", "share rate limits between replicas through this Redis")
    max_age_seconds: float = setting(300.0, "a webhook older than this is stale", least=1)
    max_future_seconds: float = setting(30.0, "a webhook later than this is stale", least=0)
    min_confidence: float = setting(0.6, "signals under this are filtered", least=0, most=1)
    max_body_bytes: int = setting(65536, "longest body that is read", least=1024, most=1 << 24)
    exchanges: tuple[str, ...] = setting(
        ("paper",),
        "ccxt ids, `paper` or `venue_sim`; the first is the default",
        least=1,
        most=MOST_EXCHANGES,
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
    breaker_failures: int = setting(5, "failures in a row that open a circuit breaker", least=1)
    breaker_cooldown_seconds: float = setting(
        30.0, "time that an open breaker waits before it tries again", least=0
    )
    breaker_successes: int = setting(2, "successes that close a half-open breaker", least=1)
    journal: str = setting(".toolkit/journal.db", "path of the order journal (SQLite)")
    journal_days: float = setting(
        30.0, "days after which settled orders are forgotten, and their ids may come again", least=1
    )
    settle_seconds: float = setting(
        10.0, "how long an order whose fate is unknown may still appear at the exchange", least=0
    )
    audit_log: str = setting(".toolkit/audit.jsonl", "path of the audit log")
    audit_log_bytes: int = setting(16 << 20, "size at which the audit log is rotated", least=4096)
    audit_log_files: int = setting(8, "rotated audit logs that are kept", least=1, most=1000)
    drain_seconds: float = setting(
        0.0, "after SIGTERM, time during which /ready answers 503 before the port closes", least=0
    )
    admin_token: str = setting("", "bearer token of /admin/faults; empty turns it off", secret=True)
    log_level: str = setting(
        "info", "least severe log line written", choices=("debug", "info", "warning", "error")
    )

    def environment(self) -> Iterator[tuple[str, str]]:
        """The variables that give these settings to a worker process."""
        for f in dataclasses.fields(self):
            value = getattr(self, f.name)
            text = ",".join(value) if isinstance(value, tuple) else str(value)
            yield PREFIX + f.name.upper(), text


TABLE = dataclasses.fields(Settings)
_TYPES = get_type_hints(Settings)


def read(argv: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """The settings from all three places, checked.

    Raises ConfigurationError for an unknown key, an unreadable value and a missing secret.
    SystemExit is raised by argparse for `--help` only.
    """
    options, unknown = parser().parse_known_args(argv)
    names = {f.name for f in TABLE}
    for word in unknown:
        known = {f"--{name.replace('_', '-')}" for name in names | {"config"}}
        raise ConfigurationError(
            f"toolkit serve: unknown option {word!r}{did_you_mean(word.partition('=')[0], known)}"
        )
    given: dict[str, Any] = {}
    path = options.config or environment.get(f"{PREFIX}CONFIG", "")
    if path:
        given |= _from_file(Path(path), names)
    given |= _from_environment(environment, names)
    for name in names:
        if (text := getattr(options, name)) is not None:
            given[name] = parse(name, text, f"--{name.replace('_', '-')}")
    settings = Settings(**given)
    if not settings.webhook_secrets:
        raise ConfigurationError(
            "the service has no webhook secret, and will not accept orders from just anyone.",
            fix=f'make one: export {PREFIX}WEBHOOK_SECRETS="$(openssl rand -hex 32)"',
        )
    return settings


def _from_file(path: Path, names: set[str]) -> dict[str, Any]:
    given = {}
    for key, value in toml_file(path).items():
        if key not in names:
            raise ConfigurationError(f"{path}: unknown setting {key!r}{did_you_mean(key, names)}")
        given[key] = parse(key, value, f"{path}: {key}")
    return given


def _from_environment(environment: Mapping[str, str], names: set[str]) -> dict[str, Any]:
    given = {}
    for variable, value in environment.items():
        if not variable.startswith(PREFIX) or variable == f"{PREFIX}CONFIG":
            continue
        key = variable.removeprefix(PREFIX).lower()
        if key not in names or not variable.isupper():
            hint = did_you_mean(variable, {PREFIX + name.upper() for name in names})
            raise ConfigurationError(f"unknown environment variable {variable!r}{hint}")
        given[key] = parse(key, value, variable)
    return given


def parser() -> argparse.ArgumentParser:
    """The command line, one option for each row of the table."""
    made = argparse.ArgumentParser(
        prog="toolkit serve",
        description="Run the trade-execution service.",
        epilog=f"Each option is also an environment variable ({PREFIX}PORT) and a key of the "
        f"TOML file ({PREFIX}CONFIG); options win over variables, variables over the file.",
        allow_abbrev=False,
    )
    made.add_argument("--config", metavar="FILE", help="TOML file with settings")
    for f in TABLE:
        made.add_argument(
            f"--{f.name.replace('_', '-')}",
            metavar=f.name.upper(),
            help=f"{f.metadata['help']} (default: {shown(f.default)})".replace("%", "%%"),
        )
    return made


def shown(default: object) -> str:
    """A default as a reader would type it."""
    text = ",".join(default) if isinstance(default, tuple) else str(default)
    return text or "none"


def parse(name: str, value: object, where: str) -> Any:
    """`value` (text, or a TOML value) as the setting `name`; `where` opens the message."""
    about = {f.name: f.metadata for f in TABLE}[name]
    kind = _TYPES[name]
    if kind == tuple[str, ...]:
        parts = value if isinstance(value, list) else str(value).split(",")
        result: Any = tuple(str(part).strip() for part in parts if str(part).strip())
        size: float = len(result)
        noun = " entries"
    elif kind is bool:
        return _truth(value, where)
    elif kind is str:
        result, size, noun = str(value), 0, ""
    else:
        result = _number(kind, value, where)
        size, noun = float(result), ""
    least, most, choices = about["least"], about["most"], about["choices"]
    if choices and result not in choices:
        raise ConfigurationError(f"{where}: {result!r}{did_you_mean(str(result), choices)}")
    if least is not None and size < least:
        raise ConfigurationError(f"{where}: {size:g}{noun} is under the least, {least:g}.")
    if most is not None and size > most:
        raise ConfigurationError(f"{where}: {size:g}{noun} is over the most, {most:g}.")
    return result


def _number(kind: Any, value: object, where: str) -> Any:
    try:
        result = kind(str(value))
    except (ValueError, InvalidOperation):
        raise ConfigurationError(f"{where}: {value!r} is not a number.") from None
    if not Decimal(str(result)).is_finite():
        raise ConfigurationError(f"{where}: {value!r} is not a finite number.")
    return result


def _truth(value: object, where: str) -> bool:
    words = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
    word = str(value).lower()
    if word not in words:
        raise ConfigurationError(f"{where}: {value!r} is neither true nor false.")
    return words[word]


def toml_file(path: Path) -> dict[str, Any]:
    """What the TOML file holds. Raises ConfigurationError."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: {error}", fix="fix the TOML syntax.") from None
