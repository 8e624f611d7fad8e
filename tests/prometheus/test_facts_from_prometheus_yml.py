"""What rules need to know about the Prometheus that loads them, from its prometheus.yml."""

from typing import Any

import pytest

from toolkit.errors import ConfigurationError
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts

READ: dict[str, tuple[dict[str, Any], ServerFacts]] = {
    "nothing said: Prometheus' default": (
        {},
        ServerFacts(scrape_seconds=60, external_labels=frozenset()),
    ),
    "the interval": (
        {"global": {"scrape_interval": "15s"}},
        ServerFacts(scrape_seconds=15, external_labels=frozenset()),
    ),
    "external labels": (
        {"global": {"external_labels": {"site": "a", "replica": "0"}}},
        ServerFacts(scrape_seconds=60, external_labels=frozenset({"site", "replica"})),
    ),
    "the retention, which Prometheus 3 takes here": (
        {"storage": {"tsdb": {"retention": {"time": "30d"}}}},
        ServerFacts(scrape_seconds=60, external_labels=frozenset(), retention_seconds=2_592_000),
    ),
    "a retention by size alone": (
        {"storage": {"tsdb": {"retention": {"size": "50GB"}}}},
        ServerFacts(scrape_seconds=60, external_labels=frozenset()),
    ),
    "keys without values": (
        {"global": None, "storage": {"tsdb": None}},
        ServerFacts(scrape_seconds=60, external_labels=frozenset()),
    ),
}


@pytest.mark.parametrize(("config", "facts"), READ.values(), ids=READ)
def test_facts_are_read(config: dict[str, Any], facts: ServerFacts) -> None:
    assert ServerFacts.of(config) == facts


def test_jobs_are_known_where_they_are_given() -> None:
    assert ServerFacts.of({}, ("app", "prometheus")).jobs == ("app", "prometheus")
    assert ServerFacts.of({}).jobs == ()


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"global": 5}, "global: must be a mapping, but is 5."),
        ({"storage": {"tsdb": ["x"]}}, r"tsdb: must be a mapping, but is \['x'\]."),
        (
            {"scrape_configs": {"job_name": "a"}},
            "scrape_configs: must be a list, but is {",
        ),
        ({"global": {"scrape_interval": "15"}}, "'15' is not a duration."),
    ],
)
def test_refuses(config: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        ServerFacts.of(config)


def test_jobs_without_a_name_or_an_interval_have_that_of_all() -> None:
    jobs = [
        {"job_name": "a", "scrape_interval": "30s"},
        {"job_name": "b"},
        {"scrape_interval": "5s"},
        "c",
    ]
    found = ServerFacts.of({"scrape_configs": jobs})
    assert found.job_seconds == {"a": 30}
