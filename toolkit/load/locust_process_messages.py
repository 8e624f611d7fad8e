"""What the toolkit and the process of Locust that it starts say to each other, as plain JSON.

Instructions go there in an environment variable; a report comes back in a file. What
Locust's own processes say to each other is in `toolkit.load_generator.master_worker_messages`.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

INSTRUCTIONS = "TOOLKIT_LOAD"
"""Environment variable that holds `Instructions` as JSON."""

CREDENTIALS = "TOOLKIT_LOAD_CREDENTIALS"
"""Environment variable that holds `user:password` for the service."""

PROXY = "TOOLKIT_LOAD_PROXY"
"""Environment variable that holds the address of a proxy, which may hold a password."""

PROGRESS = "toolkit: "
"""Opens the lines of Locust's output that are progress to show."""

ENDED_ITSELF = "the scenario, or a signal to Locust, ended it"
"""What a report says of a run that nobody ended whom the toolkit knows of."""

REPORT = "toolkit-report: "
"""Opens the line of Locust's output that is the report, as JSON. No disk can be full of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """All that is not for a field of the web page. Empty paths mean: write none.

    `report` asks for one on stdout; `targets_file` is a file for Prometheus' file_sd;
    `thresholds` were given on the command line; `abort` stops the run at the first one that is
    missed, not before `abort_after_seconds`; Locust ends when the process `parent` does, 0 being
    none; `metrics_address` is host:port.
    """

    scenario: str = ""
    report: bool = False
    parent: int = 0
    targets_file: str = ""
    thresholds: tuple[str, ...] = ()
    abort: bool = False
    abort_after_seconds: float = 0.0
    progress: bool = False
    metrics_address: str = ""
    requests_file: str = ""  # beside which each process writes a line for each request

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "Instructions":
        """What `document` wrote."""
        known = {field.name for field in fields(cls)}
        values = {name: value for name, value in document.items() if name in known}
        return cls(**{**values, "thresholds": tuple(values.get("thresholds", ()))})


@dataclass(slots=True, kw_only=True)
class LoadGeneratorReport:
    """What the load generator says when its run is over.

    `started` is in Unix seconds; `refused` says why nothing was measured; `lost` are
    workers that ended early; `settings` came from Locust's own configuration.
    """

    workload: dict[str, Any]
    figures: dict[str, Any]
    thresholds: tuple[str, ...] = ()
    started: float = 0.0
    seconds: float = 0.0
    workers: int = 0
    aborted: str = ""
    refused: str = ""
    lost: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> "LoadGeneratorReport":
        """What `document` wrote."""
        lists = ("thresholds", "lost", "settings")
        return cls(**{**document, **{name: tuple(document[name]) for name in lists}})
