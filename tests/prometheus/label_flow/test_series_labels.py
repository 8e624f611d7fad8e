"""The labels of series that a catalogue declares, by whatever way a selector names them."""

import pytest

from tests.support import project_builder
from toolkit.prometheus.label_flow.result_labels import all_possible
from toolkit.prometheus.promql_syntax_tree import tree

NAMED = {
    '{__name__="app_queue_depth"}': {"kind"},
    '{__name__=~"app_queue_depth"}': {"kind"},
    '{__name__=~"app_queue_depth|app_latency_bucket"}': {"kind", "le"},
    '{__name__=~"app_queue_depth|app_events_total", kind="read"}': {"kind", "zone"},
}
UNKNOWN = (
    '{__name__=~"app_queue_depth|other"}',
    '{__name__=~"app_queue_.+"}',
    '{__name__!="app_queue_depth", kind="read"}',
    '{__name__!~"app_queue_depth", kind="read"}',
    '{kind="read"}',
)


@pytest.mark.parametrize(("text", "labels"), NAMED.items(), ids=NAMED)
def test_a_pattern_of_a_name_may_list_declared_names(text: str, labels: set[str]) -> None:
    result = project_builder.project().flow(tree(text)).result
    assert (all_possible(result) or set()) - {"job", "instance"} == labels


@pytest.mark.parametrize("text", UNKNOWN)
def test_what_may_have_another_name_may_have_any_label(text: str) -> None:
    assert all_possible(project_builder.project().flow(tree(text)).result) is None


def test_undeclared_names_of_a_pattern_are_scraped_and_recordings_are_not() -> None:
    flow = project_builder.project().flow_if_scraped
    assert set(flow(tree('{__name__=~"a|b"}')).result[0].present) == {"job", "instance"}
    assert set(flow(tree('{__name__=~"a|b:c"}')).result[0].present) == set()
