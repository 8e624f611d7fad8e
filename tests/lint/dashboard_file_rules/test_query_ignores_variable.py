"""`query-ignores-variable`: which metrics a variable of a job can reach at all."""

import pytest

from tests.support import written_dashboards as made
from tests.support.written_dashboards import board, panel, project, query_variable
from toolkit.lint.dashboard_file_rules.query_ignores_variable import RULE

OF_NODES: object = {"query": "label_values(node_uname_info{a='b'}, job)"}
OF_ANY: object = "label_values(up, job)"
FOUND = {
    "a metric of the program that the values come from": (OF_NODES, ["node_load1"], ["node_load1"]),
    "one of another program": (OF_NODES, ["kube_pod_info"], []),
    "one of a program of which another panel matches it": (
        OF_NODES,
        ["kube_pod_info", 'kube_node_info{job=~"$job"}'],
        ["kube_pod_info"],
    ),
    "any, where every program has the values": (OF_ANY, ["kube_pod_info"], ["kube_pod_info"]),
    "any, where the values are asked for in another way": (
        "query_result(node_load1)",
        ["kube_pod_info"],
        ["kube_pod_info"],
    ),
}


@pytest.mark.parametrize(("query", "panels", "names"), FOUND.values(), ids=FOUND)
def test_which_metrics_are_left_out(query: object, panels: list[str], names: list[str]) -> None:
    variables = {"list": [made.CHOICE, query_variable("job", query=query)]}
    found = RULE.check(project(board(*map(panel, panels), templating=variables)))
    assert [x.message for x in found] == [
        f"what the reader chooses in $job does not reach `{name}`." for name in names
    ]
