"""prometheus.yml as plain data, made from the configuration.

The committed file holds the configured addresses; a running stack writes its own copy with
the addresses that it really has.
"""

from typing import Any
from urllib.parse import urlsplit

from toolkit import load_metrics
from toolkit.config import Addresses, Config

LOAD_TARGETS = "targets/*.json"
"""Where a running load says how to scrape it, seen from prometheus.yml. No load, no target."""

# A load may last seconds; a dashboard of it needs more than one point.
LOAD_INTERVAL = "1s"


def prometheus_config(
    config: Config, addresses: Addresses, rules: str = "rules/*.yml"
) -> dict[str, Any]:
    """Prometheus' configuration: every server of the stack is scraped, `rules` are loaded."""
    interval = config.scrape_interval
    servers = (addresses.service, addresses.prometheus, addresses.alertmanager)
    return {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [rules],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [_host(addresses.alertmanager)]}]}]
        },
        "scrape_configs": [
            {"job_name": job, "static_configs": [{"targets": [_host(address)]}]}
            for job, address in zip(config.jobs, servers, strict=True)
        ]
        + [
            {
                "job_name": load_metrics.JOB,
                "scrape_interval": LOAD_INTERVAL,
                "file_sd_configs": [{"files": [LOAD_TARGETS], "refresh_interval": "5s"}],
            }
        ],
    }


def _host(address: str) -> str:
    return urlsplit(address).netloc
