"""prometheus.yml as plain data, made from the configuration.

The committed file holds the configured addresses; a running stack writes its own copy with
the addresses that it really has.
"""

from typing import Any
from urllib.parse import urlsplit

from toolkit.catalogues import load_generator
from toolkit.config.pyproject import Addresses, Config
from toolkit.config.services import ServiceConfig

LOAD_TARGETS = "targets/*.json"
"""Where a running load says how to scrape it, seen from prometheus.yml. No load, no target."""

# A load may last seconds; a dashboard of it needs more than one point.
LOAD_INTERVAL = "1s"


def prometheus_config(
    config: Config, addresses: Addresses, rules: str = "rules/*.yml"
) -> dict[str, Any]:
    """Prometheus' configuration: every service and server is scraped, `rules` are loaded."""
    interval = config.scrape_interval
    servers = {"prometheus": addresses.prometheus, "alertmanager": addresses.alertmanager}
    return {
        "global": {"scrape_interval": interval, "evaluation_interval": interval},
        "rule_files": [rules],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": [_host(addresses.alertmanager)]}]}]
        },
        "scrape_configs": [
            _scrape(service, addresses.services[service.name])
            for service in config.all_services
            if service.is_scraped and service.name in addresses.services
        ]
        + [
            {"job_name": job, "static_configs": [{"targets": [_host(address)]}]}
            for job, address in servers.items()
        ]
        + [
            {
                "job_name": load_generator.JOB,
                "scrape_interval": LOAD_INTERVAL,
                "file_sd_configs": [{"files": [LOAD_TARGETS], "refresh_interval": "5s"}],
            }
        ],
    }


def scrape_configs(config: Config, addresses: Addresses) -> dict[str, Any]:
    """The scrape jobs of the services alone, for a Prometheus that others configure.

    Such a file is named in its `scrape_config_files`, from 2.43 on, or copied into its own.
    """
    whole = prometheus_config(config, addresses)["scrape_configs"]
    jobs = {service.job for service in config.all_services}
    return {"scrape_configs": [job for job in whole if job["job_name"] in jobs]}


def _scrape(service: ServiceConfig, urls: tuple[str, ...]) -> dict[str, Any]:
    """The scrape job of a service, with every instance; usual path and scheme are not said."""
    parts = urlsplit(urls[0])
    path = parts.path.rstrip("/") + service.metrics
    return {
        "job_name": service.job,
        **({"metrics_path": path} if path != "/metrics" else {}),
        **({"scheme": parts.scheme} if parts.scheme != "http" else {}),
        "static_configs": [{"targets": list(dict.fromkeys(map(_host, urls)))}],
    }


def _host(address: str) -> str:
    return urlsplit(address).netloc
