"""What lint rules know of the Prometheus that will load the rules, from its configuration."""

from dataclasses import dataclass

from toolkit.config import Addresses
from toolkit.durations import seconds
from toolkit.project import Project
from toolkit.prometheus.server_config import prometheus_config


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What Prometheus' configuration says that a rule depends on; None for what is not known."""

    scrape_seconds: float | None
    external_labels: frozenset[str] | None
    retention_seconds: float | None = None


def facts(project: Project) -> ServerFacts:
    """From the prometheus.yml that is generated, or was given beside plain rule files."""
    if project.plain is not None and project.plain.server:
        config = project.plain.server
    elif project.config.catalogue:
        config = prometheus_config(project.config, Addresses.of(project.config))
    else:
        return ServerFacts(None, None)
    settings = config.get("global") or {}
    # Prometheus' own default, where the file says nothing.
    scrape = seconds(str(settings.get("scrape_interval", "1m")))
    # A field of Prometheus 3; before that it is an option of the command line, unknown here.
    tsdb = (config.get("storage") or {}).get("tsdb") or {}
    kept = (tsdb.get("retention") or {}).get("time")
    labels = frozenset(settings.get("external_labels") or ())
    return ServerFacts(scrape, labels, seconds(str(kept)) if kept else None)
