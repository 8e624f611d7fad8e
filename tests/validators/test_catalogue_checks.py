"""The scrape against the catalogue: names, types, labels, and bounds."""

import pytest

from tests.support.fake_servers import EXPOSITION, FakeService, stack
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
