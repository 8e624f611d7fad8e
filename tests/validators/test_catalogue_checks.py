"""The scrape against the catalogue: names, types, labels, and bounds."""

from dataclasses import replace

import pytest

from tests.support import project_builder
from tests.support.fake_servers import EXPOSITION, FakeService, stack
from toolkit.catalogue import Catalogue, Kind, Metric, Unit
from toolkit.validate.check import Check
from validators.labels_match_catalogue import CHECK as LABELS
from validators.scrape_matches_catalogue import CHECK as NAMES
from validators.types_match_catalogue import CHECK as TYPES


def messages(check: Check, text: str) -> list[str]:
    return [f"{f.subject}: {f.message}" for f in check.run(stack(service=FakeService(text)))]


@pytest.mark.parametrize("check", [NAMES, TYPES, LABELS], ids=lambda check: check.id)
def test_a_scrape_as_declared_passes(check: Check) -> None:
    assert messages(check, EXPOSITION) == []
    own = EXPOSITION + "# TYPE process_open_fds gauge\nprocess_open_fds 8\n"
    assert messages(check, own) == []


def test_a_renamed_metric_is_missing_under_one_name_and_strange_under_the_other() -> None:
    text = EXPOSITION.replace("app_queue_depth", "app_queue_length")
    assert messages(NAMES, text) == [
        "app_queue_depth: is declared, and not exported.",
        "app_queue_length: is exported, and not declared.",
    ]


def test_a_catalogue_may_declare_a_part_of_what_a_program_of_others_exports() -> None:
    foreign = tuple(replace(metric, foreign=True) for metric in project_builder.CATALOGUE.metrics)
    more = EXPOSITION + "# TYPE its_own gauge\nits_own 8\n"

    def found(metrics: tuple[Metric, ...], text: str) -> list[str]:
        project = project_builder.project(catalogue=Catalogue(metrics))
        checked = stack(project=project, service=FakeService(text))
        return [f"{f.subject}: {f.message}" for f in NAMES.run(checked)]

    assert found(foreign, more) == []
    assert found((*foreign[1:], project_builder.EVENTS), more) == [
        "its_own: is exported, and not declared."
    ]
    assert found(foreign, more.replace("app_queue_depth", "other_depth")) == [
        "app_queue_depth: is declared, and not exported."
    ]


def test_what_a_program_of_others_does_not_export_is_not_to_be_created() -> None:
    foreign = tuple(replace(metric, foreign=True) for metric in project_builder.CATALOGUE.metrics)
    for metrics, fix in (
        (foreign, "see what this version and its settings export"),
        (project_builder.CATALOGUE.metrics, "create it at start-up"),
    ):
        project = project_builder.project(catalogue=Catalogue(metrics))
        text = EXPOSITION.replace("app_queue_depth", "app_events_total")
        checked = stack(project=project, service=FakeService(text))
        (missing,) = (x for x in NAMES.run(checked) if "not exported" in x.message)
        assert missing.fix.startswith(fix)


def test_a_changed_type_is_named_on_both_sides() -> None:
    text = EXPOSITION.replace("app_queue_depth gauge", "app_queue_depth untyped")
    assert messages(TYPES, text) == [
        "app_queue_depth: is exported as unknown, and declared as gauge."
    ]


LABELS_WRONG = {
    "a label too many": (
        'app_queue_depth{kind="read",pod="a"}',
        "app_queue_depth: carries label 'pod', which is not declared.",
    ),
    "a label too few": ("app_queue_depth", "app_queue_depth: lacks its declared label 'kind'."),
    "a value that is not declared": (
        'app_queue_depth{kind="delete"}',
        "app_queue_depth: kind takes 'delete', which is not declared.",
    ),
}


@pytest.mark.parametrize(("sample", "message"), LABELS_WRONG.values(), ids=LABELS_WRONG)
def test_labels_that_differ_are_named(sample: str, message: str) -> None:
    assert messages(LABELS, EXPOSITION.replace('app_queue_depth{kind="read"}', sample)) == [message]


def test_a_label_over_its_bound_is_named_with_both_numbers() -> None:
    lines = "".join(f'app_events_total{{kind="read",zone="{n}"}} 1\n' for n in range(4))
    text = EXPOSITION.replace('app_events_total{kind="read",zone="eu"} 1\n', lines)
    assert messages(LABELS, text) == [
        "app_events_total: zone takes 4 values; at most 3 are declared."
    ]


EXPORTED = {
    Kind.COUNTER: ("counter",),
    Kind.GAUGE: ("gauge", "stateset"),
    Kind.HISTOGRAM: ("histogram",),
    Kind.SUMMARY: ("summary",),
    Kind.NATIVE_HISTOGRAM: ("histogram",),
    Kind.INFO: ("gauge", "info"),
    Kind.UNKNOWN: ("unknown", "untyped"),
}


@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_exported_under_its_types(kind: Kind) -> None:
    metric = Metric("x", kind, "", unit=Unit.COUNT, foreign=True)
    declared = project_builder.project(catalogue=Catalogue((metric,)))
    for exported in {name for names in EXPORTED.values() for name in names}:
        text = f"# TYPE x {exported}\nx 1\n"
        found = list(TYPES.run(stack(project=declared, service=FakeService(text))))
        assert bool(found) is (exported not in EXPORTED[kind]), exported


def test_a_metric_of_the_client_library_may_be_declared() -> None:
    cpu = Metric("process_cpu_seconds_total", Kind.COUNTER, "", unit=Unit.SECONDS, foreign=True)
    declared = project_builder.project(catalogue=Catalogue((cpu,)))
    text = "# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total 1\n"
    checked = stack(project=declared, service=FakeService(text + "# TYPE python_info gauge\n"))
    assert list(NAMES.run(checked)) == []
    checked = stack(project=declared, service=FakeService(""))
    assert [finding.message for finding in NAMES.run(checked)] == ["is declared, and not exported."]
