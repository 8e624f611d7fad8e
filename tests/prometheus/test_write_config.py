"""prometheus.yml: a scrape job for every service that exports metrics."""

from pathlib import Path
from typing import Any

from toolkit.config.pyproject import Addresses, Config
from toolkit.config.services import ServiceConfig
from toolkit.prometheus.write_config import prometheus_config, scrape_configs


def jobs(*services: ServiceConfig, without: str = "") -> list[dict[str, Any]]:
    """The scrape jobs of the services alone."""
    config = Config(root=Path("/nowhere"), services={x.name: x for x in services})
    addresses = Addresses.of(config)
    there = {name: urls for name, urls in addresses.services.items() if name != without}
    found = prometheus_config(
        config, Addresses(services=there, prometheus="http://p:1", alertmanager="http://a:2")
    )["scrape_configs"]
    assert [job["job_name"] for job in found[-3:]] == ["prometheus", "alertmanager", "locust"]
    return list(found[:-3])


def test_the_usual_path_and_scheme_are_not_said() -> None:
    assert jobs(ServiceConfig(name="shop")) == [
        {"job_name": "shop", "static_configs": [{"targets": ["127.0.0.1:8000"]}]}
    ]


def test_scheme_path_and_every_instance_count() -> None:
    shop = ServiceConfig(
        name="shop", url="https://shop.example:8443/v1", metrics="/stats", instances=2, job="s"
    )
    assert jobs(shop) == [
        {
            "job_name": "s",
            "metrics_path": "/v1/stats",
            "scheme": "https",
            "static_configs": [{"targets": ["shop.example:8443", "shop.example:8444"]}],
        }
    ]


def test_what_exports_nothing_and_what_is_absent_have_no_job() -> None:
    store = ServiceConfig(name="store", url="tcp://127.0.0.1:6379")
    quiet = ServiceConfig(name="quiet", metrics="")
    exporter = ServiceConfig(name="exporter")
    assert [job["job_name"] for job in jobs(store, quiet, exporter)] == ["exporter"]
    assert jobs(store, quiet, exporter, without="exporter") == []


def test_a_server_that_others_configure_is_given_the_jobs_of_the_services_alone() -> None:
    config = Config(root=Path("/nowhere"), services={"shop": ServiceConfig(name="shop")})
    assert scrape_configs(config, Addresses.of(config)) == {
        "scrape_configs": [
            {"job_name": "shop", "static_configs": [{"targets": ["127.0.0.1:8000"]}]}
        ]
    }
