"""The dashboards among files and folders of any origin."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from toolkit.errors import UsageError
from toolkit.findings import Location
from toolkit.grafana.dashboard_files.dashboard_positions import (
    NotADashboardError,
    WrittenDashboard,
    read_written,
)


class KnownSeries(Protocol):
    """Which metrics there are, by a catalogue or by a Prometheus that runs."""

    def labels(self, metric: str) -> frozenset[str] | None:
        """The labels that a metric has, empty where not known; None for no such metric."""

    def names(self) -> frozenset[str]:
        """Every metric, for a guess at what was meant."""


@dataclass(frozen=True, slots=True)
class MalformedDashboard:
    """A file that was named, or says that it is a dashboard, and cannot be read as one."""

    message: str
    location: Location


@dataclass(frozen=True, slots=True)
class DashboardFolder:
    """What was read; `known` is what its queries are judged by, where there is something."""

    dashboards: tuple[WrittenDashboard, ...] = ()
    malformed: tuple[MalformedDashboard, ...] = ()
    known: KnownSeries | None = None

    def __bool__(self) -> bool:
        return bool(self.dashboards or self.malformed)


def dashboard_paths(paths: Sequence[Path]) -> list[Path]:
    """Those of the files named, and of those below the folders named, that end with .json."""
    return sorted(set(_json_files(paths)))


def _json_files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (each for each in path.rglob("*.json") if each.is_file())
        elif path.suffix == ".json":
            yield path


def read_folder(paths: Sequence[Path], known: KnownSeries | None = None) -> DashboardFolder:
    """The dashboards. JSON below a folder that is something else is passed over.

    Raises UsageError for a file that cannot be read.
    """
    dashboards, malformed = [], []
    for path in dashboard_paths(paths):
        try:
            dashboards.append(read_written(path.read_text(encoding="utf-8-sig"), path.as_posix()))
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror}.") from None
        except UnicodeDecodeError as error:
            place = Location(path.as_posix(), 1)
            malformed.append(MalformedDashboard(f"not text: {error.reason}", place))
        except NotADashboardError as error:
            if path in paths or not error.is_json:
                malformed.append(MalformedDashboard(str(error), error.location))
    return DashboardFolder(tuple(dashboards), tuple(malformed), known)
