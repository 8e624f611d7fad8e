"""Checks of a project with several services: each is judged, and a finding says which."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from tests.support import fake_servers, project_builder
from toolkit.catalogue import Catalogue, Kind, Metric, Unit
from toolkit.config.pyproject import Addresses, Config
from toolkit.config.services import ServiceConfig, ServiceRun
from toolkit.errors import UnreachableError
from toolkit.project import Project
from toolkit.prometheus.client import ScrapeTarget
from toolkit.prometheus.exposition import Family, MeasuredService
from toolkit.validate.check import Check, CheckedStack
from toolkit.validate.measured_services import measured
from validators.scrape_matches_catalogue import CHECK as NAMES
from validators.targets_are_up import CHECK as TARGETS
from validators.types_match_catalogue import CHECK as TYPES

BOOKS = Catalogue((Metric("till_books", Kind.GAUGE, "Books.", unit=Unit.COUNT),))
SERVICES = (
    ServiceConfig(name="app", catalogue="app:CATALOGUE"),
    ServiceConfig(
        name="till",
        url="http://127.0.0.1:7000",
        catalogue="till:CATALOGUE",
        instances=2,
        run=ServiceRun.ON_DEMAND,
    ),
    ServiceConfig(name="exporter", url="http://127.0.0.1:9100"),
)
TILL = "# TYPE till_books gauge\ntill_books 1\n"


class Absent(fake_servers.FakeService):
    def scrape(self) -> dict[str, Family]:
        raise UnreachableError(f"{self.label}: no answer.")


def project() -> Project:
    return replace(
        project_builder.project(),
        config=Config(root=Path("/nowhere"), services={x.name: x for x in SERVICES}),
        catalogues={"app": project_builder.CATALOGUE, "till": BOOKS},
    )


def stack(*services: fake_servers.FakeService) -> CheckedStack:
    return replace(
        fake_servers.stack(project=project()),
        services=cast("tuple[MeasuredService, ...]", services),
    )


def found(check: Check, *services: fake_servers.FakeService) -> list[str]:
    return [f"{x.subject} {x.message}" for x in check.run(stack(*services))]


def fake(name: str, label: str, text: str, *, constant: bool = True) -> fake_servers.FakeService:
    return fake_servers.FakeService(text, name=name, label=label, constant=constant)


APP = fake("app", "app", fake_servers.EXPOSITION)


def test_each_instance_is_judged_by_the_catalogue_of_its_own_service() -> None:
    good = fake("till", "till-1", TILL)
    bad = fake("till", "till-2", TILL.replace("gauge", "counter").replace("books", "books_total"))
    assert found(NAMES, APP, good) == []
    assert found(NAMES, APP, good, bad) == [
        "till-2: till_books is declared, and not exported.",
        "till-2: till_books_total is exported, and not declared.",
    ]
    counter = fake("till", "till-1", TILL.replace("gauge", "untyped"))
    assert found(TYPES, APP, counter) == [
        "till-1: till_books is exported as unknown, and declared as gauge."
    ]


def test_a_service_without_a_catalogue_is_not_judged() -> None:
    assert found(NAMES, fake("exporter", "exporter", TILL)) == []


def test_an_absent_service_keeps_no_other_from_being_judged() -> None:
    absent = Absent(name="app", label="app")
    bad = fake("till", "till-1", "")
    checked = NAMES.run(stack(absent, bad))
    assert next(checked).subject == "till-1: till_books"
    with pytest.raises(UnreachableError, match="app: no answer"):
        next(checked)


def test_the_absence_of_what_runs_on_demand_is_not_a_finding() -> None:
    assert found(NAMES, APP, Absent(name="till", label="till-1", constant=False)) == []


def test_what_is_measured_is_every_instance_that_has_an_address() -> None:
    config = project().config
    all_of_it = measured(config, Addresses.of(config).services)
    assert [(x.label, x.url, x.constant) for x in all_of_it] == [
        ("app", "http://127.0.0.1:8000", True),
        ("till-1", "http://127.0.0.1:7000", False),
        ("till-2", "http://127.0.0.1:7001", False),
        ("exporter", "http://127.0.0.1:9100", True),
    ]
    assert [x.label for x in measured(config, {"app": ("http://a",)})] == ["app"]


def test_only_the_target_of_a_service_that_always_runs_must_be_up() -> None:
    def target(job: str, health: str) -> ScrapeTarget:
        return ScrapeTarget(
            job=job,
            url=f"http://{job}/metrics",
            health=health,
            last_error="refused",
            took_seconds=0.1,
            timeout_seconds=10.0,
        )

    others = [target(job, "up") for job in ("app", "prometheus", "alertmanager")]
    prometheus = fake_servers.FakePrometheus(
        scraped=(*others, target("till", "down"), target("exporter", "down"))
    )
    checked = fake_servers.stack(project=project(), prometheus=prometheus)
    assert [x.subject for x in TARGETS.run(checked)] == ["exporter"]
    prometheus.scraped = (*others, target("till", "down"))
    assert [(x.subject, x.message) for x in TARGETS.run(checked)] == [
        ("exporter", "has no target.")
    ]
