"""A series is looked for among all services, and where a selector names a job, among its own."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import project_builder
from toolkit.catalogue import Catalogue, Kind, Metric, Unit
from toolkit.config.pyproject import Config
from toolkit.config.services import ServiceConfig
from toolkit.lint.rules.unknown_metric import RULE
from toolkit.project import Project

TILLS = Catalogue((Metric("till_open_drawers", Kind.GAUGE, "Open.", unit=Unit.COUNT),))
SERVICES = ("app", "till", "proxy")  # nobody declares what the proxy exports


def project(expr: str) -> Project:
    services = {name: ServiceConfig(name=name) for name in SERVICES}
    catalogues = {"app": project_builder.CATALOGUE, "till": TILLS}
    whole = Catalogue((*project_builder.CATALOGUE.metrics, *TILLS.metrics))
    made = replace(project_builder.project_with(expr), catalogue=whole, catalogues=catalogues)
    return replace(made, config=Config(root=Path("/nowhere"), services=services))


FLAGGED = {
    "another service's job": 'app_queue_depth{job="till"} > 1',
    "a list of jobs": 'app_queue_depth{job=~"till|locust"} > 1',
    "all but the one that exports it": 'app_queue_depth{job!~"app|proxy|prometheus|alertmanager"}',
    "the load generator": 'till_open_drawers{job="locust"}',
    "a metric of the load generator": 'locust_users{job="app"}',
}
LEFT_ALONE = {
    "its own job": 'app_queue_depth{job="app"} > 1',
    "one job of several": 'app_queue_depth{job=~"app|till"} > 1',
    "no job": "till_open_drawers > app_queue_depth",
    "a variable": 'app_queue_depth{job=~"$job"}',
    "a pattern": 'app_queue_depth{job=~"a.*"}',
    "a service whose metrics nobody declares": 'app_queue_depth{job="proxy"}',
    "what Prometheus writes about each job": 'up{job="till"} == 0',
}


@pytest.mark.parametrize("expr", FLAGGED.values(), ids=FLAGGED)
def test_flags(expr: str) -> None:
    (found,) = RULE.check(project(expr))
    assert "and the selector asks for job" in found.message


def test_it_says_who_exports_it() -> None:
    (found,) = RULE.check(project('app_queue_depth{job="till"} > 1'))
    assert found.message == (
        '`app_queue_depth` is exported by app, and the selector asks for job="till".'
    )


@pytest.mark.parametrize("expr", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_leaves_alone(expr: str) -> None:
    assert list(RULE.check(project(expr))) == []
