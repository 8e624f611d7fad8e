"""The settings of analytics-os."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from target_app.services.analytics_os.drift import SAMPLES
from target_app.services.settings import CommonSettings
from target_app.settings_table import Program, read_settings, setting

PREFIX = "ANALYTICS_OS_"
_PROGRAM = Program(
    command="toolkit serve analytics-os",
    description="Run the operations service.",
    prefix=PREFIX,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalyticsSettings(CommonSettings):
    """Field order is the order of `--help`."""

    port: int = setting(8003, "port to listen on; 0 takes a free one", least=0, most=65535)
    store: str = setting(".toolkit/analytics-os.db", "path of the service's store (SQLite)")
    ai_url: str = setting("http://127.0.0.1:8001", "address of ai")
    exec_risk_url: str = setting("http://127.0.0.1:8002", "address of exec-risk")
    watch_seconds: float = setting(1.0, "time between two looks at a service", least=0.05)
    auto_restart: str = setting(
        "on", "start again what is down, in the stack of `toolkit up`", choices=("on", "off")
    )
    stack: str = setting("", "folder of the stack whose services are started again; empty: none")
    restarts_per_hour: int = setting(10, "restarts of one service within an hour", least=0)
    capital_usd: Decimal = setting(  # noqa: RUF009 - Decimal is immutable
        Decimal(100_000), "capital that the portfolio began with", least=1
    )
    rebalance_share: float = setting(
        0.6, "share of the open positions' value that one symbol may have", least=0.1, most=1
    )
    drift_samples: int = setting(
        SAMPLES, "confidences that later ones are judged against, half as many at once", least=50
    )
    retraining: str = setting(
        "on", "have the model trained anew when it drifts", choices=("on", "off")
    )
    pause_seconds: float = setting(
        30.0, "least time between two rebalances, amplifications or trainings", least=0
    )


def read(argv: Sequence[str], environment: Mapping[str, str]) -> AnalyticsSettings:
    """The settings from options, variables and the file. Raises ConfigurationError."""
    return read_settings(AnalyticsSettings, _PROGRAM, argv, environment)
