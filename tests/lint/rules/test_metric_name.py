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
    "app_summary_seconds": [],
    "app_gauge_kb": ["metric name should not include type 'gauge'", SHORT],
    "app_seconds_per_hours": [],
    "app_latency_seconds": [],
    "app_size_bytes": [],
    "app_queue_length": [],
    "s_queue_depth": [],
    "gauge_queue_depth": [],
    "app_kilo_depth": [],
}

BASES = {
    "minutes": "seconds", "hours": "seconds", "days": "seconds", "weeks": "seconds",
    "kelvins": "kelvin", "fahrenheit": "celsius", "rankine": "celsius", "inches": "meters",
    "yards": "meters", "miles": "meters", "bits": "bytes", "calories": "joules",
    "pounds": "grams", "ounces": "grams",
}  # fmt: skip
PREFIXES = (
    "pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega",
    "mebi", "giga", "gibi", "tera", "tebi", "peta", "pebi",
)  # fmt: skip
UNITS = ("amperes", "bytes", "celsius", "grams", "joules", "meters", "seconds", "volts")
SHORTS = ("s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d")
NAMES |= {
    f"app_it_{unit}": [f'use base unit "{base}" instead of "{unit}"']
    for unit, base in BASES.items()
}
NAMES |= {
    f"app_it_{prefix}meters": [f'use base unit "meters" instead of "{prefix}meters"']
    for prefix in PREFIXES
}
NAMES |= {f"app_it_{unit}": [] for unit in UNITS}
NAMES |= {
    f"app_it_milli{unit}": [f'use base unit "{unit}" instead of "milli{unit}"'] for unit in UNITS
}
NAMES |= {f"app_it_{short}": [SHORT] for short in SHORTS}
NAMES |= {f"app_it_{other}": [] for other in ("counter", "histogram", "summary")}
OF_ANOTHER_TYPE = ("type 'counter'", "type 'histogram'", "type 'summary'")


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
    # Of two units in a name, older promtools take whichever comes up first; some spell it `mibi`.
    compared = NAMES.keys() - {"app_seconds_per_hours", "app_it_mebimeters"}
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
    # Older promtools refuse a gauge's name for the words of other types too.
    said = [line for line in done.stderr.splitlines() if not line.endswith(OF_ANOTHER_TYPE)]
    wanted = [f"{name} {text}" for name in compared for text in NAMES[name]]
    assert sorted(said) == sorted(wanted)
