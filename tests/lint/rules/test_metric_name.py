"""`metric-name`: what promlint says about names, and promtool says it too."""

import subprocess

import pytest

from tests.support import plain_rules, project_builder
from tests.support.required_programs import PROMTOOL
from toolkit.catalogue import Catalogue, Kind, Metric, Unit
from toolkit.lint.rules.metric_name import RULE

SHORT = "metric names should not contain abbreviated units"
NAMES = {
    "app_latency_milliseconds": ['use base unit "seconds" instead of "milliseconds"'],
    "app_age_hours": ['use base unit "seconds" instead of "hours"'],
    "app_size_kilobytes": ['use base unit "bytes" instead of "kilobytes"'],
    "app_traffic_megabits": ['use base unit "bytes" instead of "megabits"'],
    "app_latency_ms": [SHORT],
    "app_s_of_latency": [SHORT],
    "app_queue_gauge": ["metric name should not include type 'gauge'"],
    "app_summary_seconds": ["metric name should not include type 'summary'"],
    "app_gauge_kb": ["metric name should not include type 'gauge'", SHORT],
    "app_seconds_per_hours": [],
    "app_latency_seconds": [],
    "app_size_bytes": [],
    "app_queue_length": [],
    "s_queue_depth": [],
    "gauge_queue_depth": [],
    "app_kilo_depth": [],
}


def messages(name: str, *, foreign: bool = False) -> list[str]:
    metric = Metric(name, Kind.GAUGE, "Help.", unit=Unit.SECONDS, foreign=foreign)
    catalogue = Catalogue((*project_builder.CATALOGUE.metrics, metric))
    return plain_rules.messages(RULE, project_builder.project(catalogue=catalogue))


@pytest.mark.parametrize(("name", "wanted"), NAMES.items(), ids=NAMES)
def test_names(name: str, wanted: list[str]) -> None:
    assert messages(name) == [f"{text}." for text in wanted]
    assert messages(name, foreign=True) == []


@PROMTOOL
def test_promtool_says_the_same() -> None:
    # Of two units in a name, older promtools take whichever comes up first.
    compared = NAMES.keys() - {"app_seconds_per_hours"}
    scrape = "".join(
        f"# HELP {name} Help.\n# TYPE {name} gauge\n{name} 1\n" for name in sorted(compared)
    )
    done = subprocess.run(
        ["promtool", "check", "metrics"],
        input=scrape,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    wanted = [f"{name} {text}" for name in compared for text in NAMES[name]]
    assert sorted(done.stderr.splitlines()) == sorted(wanted)
