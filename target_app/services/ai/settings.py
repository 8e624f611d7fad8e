"""The settings of ai."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from target_app.services.settings import CommonSettings
from target_app.settings_table import Program, read_settings, setting

PREFIX = "AI_SERVICE_"
_PROGRAM = Program(command="toolkit serve ai", description="Run the signal service.", prefix=PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class AiSettings(CommonSettings):
    """Field order is the order of `--help`."""

    port: int = setting(8001, "port to listen on; 0 takes a free one", least=0, most=65535)
    store: str = setting(".toolkit/ai.db", "path of the service's store (SQLite)")
    symbols: tuple[str, ...] = setting(
        ("BTC/USDT", "ETH/USDT", "SOL/USDT"), "markets that signals are made for", least=1, most=31
    )
    signals_per_second: float = setting(
        1.0, "signals made a second; 0 makes none but those asked for", least=0, most=1000
    )
    seed: int = setting(1, "seed of what the model makes up", least=0)


def read(argv: Sequence[str], environment: Mapping[str, str]) -> AiSettings:
    """The settings from options, variables and the file. Raises ConfigurationError."""
    return read_settings(AiSettings, _PROGRAM, argv, environment)
