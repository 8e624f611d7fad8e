"""What a demo waits for and counts, and what it refuses before it starts anything."""

import time
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.conftest import WriteProject
from tests.support import project_builder
from toolkit import demo, find_definitions
from toolkit.errors import ConfigurationError
from toolkit.prometheus.client import Prometheus, Sample, ScrapeTarget
from toolkit.rule_tests.run_promtool_batches import Job, run


class AfterAnotherStack(Prometheus):
    """Holds the series of a stack that has just ended, whose service had another port."""

    def query(self, expr: str) -> tuple[Sample, ...]:
        now, earlier = time.time() + 60, time.time() - 60
        if expr != demo.ANSWERED:
            now, earlier = 7.0, 1000.0
        jobs = ("app", "prometheus", "alertmanager")
        current = tuple(Sample({"job": job, "instance": "new"}, now, 0.0) for job in jobs)
        return (*current, Sample({"job": "app", "instance": "old"}, earlier, 0.0))

    def targets(self) -> tuple[ScrapeTarget, ...]:
        jobs = ("app", "prometheus", "alertmanager")
        return tuple(ScrapeTarget(job, f"http://{job}", "up", "", instance="new") for job in jobs)


def test_series_of_an_earlier_stack_are_neither_waited_for_nor_counted() -> None:
    project = replace(project_builder.project(), requests=project_builder.EVENTS)
    prometheus = AfterAnotherStack("http://127.0.0.1:9")
    demo.await_scrape(project, prometheus)
    assert demo.counted_by(project, prometheus) == 21.0


@pytest.mark.needs("promtool")
def test_a_scrape_that_timed_out_is_waited_past() -> None:
    def answered(job: str) -> dict[str, str]:
        return {"expr": f'({demo.ANSWERED}) and up{{job="{job}"}}', "eval_time": "15s"}

    last = {"exp_samples": [{"labels": '{job="a"}', "value": 15}]}
    test = {
        "interval": "15s",
        "input_series": [
            {"series": 'up{job="a"}', "values": "0 1"},
            {"series": 'up{job="b"}', "values": "1 0"},
        ],
        "promql_expr_test": [{**answered("a"), **last}, {**answered("b"), "exp_samples": []}],
    }
    tests = {"evaluation_interval": "15s", "tests": [test]}
    assert run([Job(yaml.safe_dump(tests), ())], 1) == ("",)


def test_an_unknown_scenario_is_told_before_anything_is_written(shop: WriteProject) -> None:
    root: Path = shop({"pyproject.toml": ('job = "shop"', 'job = "shop"\ndemo = "vistors"')})
    before = sorted(root.rglob("*"))
    with pytest.raises(
        ConfigurationError, match=r"^\[tool\.toolkit\] demo: unknown scenario 'vistors'"
    ):
        demo.start(find_definitions.load(), lambda _: None)
    assert sorted(path for path in root.rglob("*") if "__pycache__" not in str(path)) == before
