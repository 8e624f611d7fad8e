"""What the configuration of a Prometheus says that rules depend on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from toolkit.durations import seconds
from toolkit.errors import ConfigurationError


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFacts:
    """What is known about the Prometheus that loads the rules; None for what is not known.

    `jobs` are its scrape jobs where everything that they scrape is declared; empty where the
    rules may be about anything.
    """

    scrape_seconds: float | None = None
    job_seconds: Mapping[str, float] = field(default_factory=dict)  # of jobs with another interval
    external_labels: frozenset[str] | None = None
    retention_seconds: float | None = None
    jobs: tuple[str, ...] = ()
    release: tuple[int, int] | None = None  # of Prometheus: (2, 42)
    kinds: Mapping[str, str] = field(default_factory=dict)  # by series, as a server's metadata says

    @classmethod
    def of(cls, config: Mapping[str, Any], jobs: tuple[str, ...] = ()) -> "ServerFacts":
        """From a prometheus.yml. Raises ConfigurationError for a value that Prometheus refuses."""
        settings = _mapping(config, "global")
        # Prometheus' own default, where the file says nothing.
        scrape = seconds(str(settings.get("scrape_interval", "1m")))
        # A field of Prometheus 3; before that it is an option of the command line, unknown here.
        retention = _mapping(_mapping(_mapping(config, "storage"), "tsdb"), "retention")
        kept = retention.get("time")
        return cls(
            scrape_seconds=scrape,
            job_seconds=dict(_job_intervals(config)),
            external_labels=frozenset(_mapping(settings, "external_labels")),
            retention_seconds=seconds(str(kept)) if kept else None,
            jobs=jobs,
        )


def _job_intervals(config: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    jobs = config.get("scrape_configs") or []
    if not isinstance(jobs, list):
        raise ConfigurationError(f"scrape_configs: must be a list, but is {jobs!r}.")
    for job in jobs:
        if isinstance(job, Mapping) and job.get("job_name") and job.get("scrape_interval"):
            yield str(job["job_name"]), seconds(str(job["scrape_interval"]))


def _mapping(config: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = config.get(key) or {}
    if not isinstance(found, Mapping):
        raise ConfigurationError(f"{key}: must be a mapping, but is {found!r}.")
    return found
