"""The dashboards among files and folders of any origin."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.findings import Location
from toolkit.grafana.dashboard_files.found_dashboards import (
    DashboardFolder,
    KnownSeries,
    MalformedDashboard,
)


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
    found = dashboard_paths(paths)
    if not found:
        return DashboardFolder(known=known)
    from toolkit.grafana.dashboard_files.dashboard_positions import (
        NotADashboardError,
        read_written,
    )

    dashboards, malformed = [], []
    for path in found:
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
