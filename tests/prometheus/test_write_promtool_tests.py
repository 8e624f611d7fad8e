"""What promtool is asked for a proof and for a reading, and how often it evaluates."""

from dataclasses import replace

from tests.support import project_builder
from toolkit.alerts import AsWritten, Group, Proof, Reading, Recording, RuleFile
from toolkit.drill_causes import Undrillable
from toolkit.prometheus.write_promtool_tests import (
    evaluated_every,
    fixed_labels,
    promtool_tests,
    proof_test,
    reading_test,
)

DEEP = project_builder.alert("Deep")
SERIES = {"up": "1x9"}
ASKED = [{"series": "up", "values": "1x9"}]


def test_a_firing_alert_and_a_silent_one() -> None:
    fires = proof_test(DEEP.alertname, Proof("it is", SERIES, at="5m", fires=True, interval="15s"))
    assert fires == {
        "name": "Deep fires: it is",
        "interval": "15s",
        "input_series": ASKED,
        "promql_expr_test": [
            {
                "expr": 'count(ALERTS{alertname="Deep", alertstate="firing"}) > bool 0',
                "eval_time": "5m",
                "exp_samples": [{"labels": "{}", "value": 1}],
            }
        ],
    }
    silent = proof_test(DEEP.alertname, Proof("it is not", SERIES, at="5m", fires=False))
    assert silent["name"] == "Deep is silent: it is not"
    assert silent["promql_expr_test"][0]["exp_samples"] == []


def test_labels_that_the_firing_alert_must_carry() -> None:
    labels = {"kind": "read", "app": "a"}
    made = proof_test(DEEP.alertname, Proof("it is", SERIES, at="5m", fires=True, labels=labels))
    (asked,) = made["promql_expr_test"]
    assert asked["expr"].startswith("count by (app, kind) (ALERTS{")
    assert asked["exp_samples"] == [{"labels": '{app="a", kind="read"}', "value": 1}]


def test_a_recorded_value_and_none() -> None:
    rule = Recording(name="a:b:c", expr="up", because="It.", labels={"x": "1", "y": "2"})
    made = reading_test(rule, Reading("is seven", SERIES, at="5m", value=7))
    assert made["name"] == 'a:b:c{x="1", y="2"}: is seven'
    assert made["promql_expr_test"] == [
        {
            "expr": 'round(sum(a:b:c{x="1", y="2"}), 0.000001)',
            "eval_time": "5m",
            "exp_samples": [{"labels": "{}", "value": 7}],
        }
    ]
    none = reading_test(replace(rule, labels={}), Reading("none", {}, at="5m", value=None))
    assert none["name"] == "a:b:c: none"
    assert none["promql_expr_test"][0]["exp_samples"] == []


def test_rules_are_evaluated_as_they_say_or_their_group_or_the_server() -> None:
    rule = Recording(name="a:b:c", expr="up", because="It.")
    group = Group("g", "g.py", (rule,), (), interval="1m")
    assert evaluated_every(replace(rule, tested_every="6m"), group, "15s") == "6m"
    assert evaluated_every(rule, group, "15s") == "1m"
    assert evaluated_every(rule, replace(group, interval=""), "15s") == "15s"


def test_a_test_file_for_each_interval_at_which_a_tested_rule_is_evaluated() -> None:
    alert = project_builder.alert(proof=(Proof("quiet", {}, at="5m", fires=False),))
    read = Reading("one", SERIES, at="5m", value=1)
    slow = Recording(name="a:b:c", expr="up", because="It.", proof=(read,), tested_every="6m")
    untested = replace(slow, name="a:b:d", proof=(), tested_every="9m")
    file = RuleFile("app", (Group("one", "g.py", (slow, untested), (alert,)),))
    edge = Proof("at 5", {}, at="6m", fires=True)
    made = promtool_tests(file, ("../rules/app.yml",), "15s", {"TooMany": (edge,)})
    names = {every: [test["name"] for test in data["tests"]] for every, data in made.items()}
    assert names == {
        "6m": ["a:b:c: one"],
        "15s": ["TooMany is silent: quiet", "TooMany fires: at 5"],
    }
    data = made["15s"]
    assert data["rule_files"] == ["../rules/app.yml"]
    assert data["evaluation_interval"] == "15s"
    assert data["group_eval_order"] == ["app.one"]


def test_an_imported_alert_is_told_from_others_of_its_name_by_fixed_labels() -> None:
    written = AsWritten(name="deep", labels={"b": "{{ $value }}", "c": "{ }", "a": "1"})
    fired_by = Undrillable("It is imported.")
    imported = replace(DEEP, as_written=written, fired_by=fired_by)
    assert fixed_labels(imported) == {"a": "1", "c": "{ }"}
    assert fixed_labels(DEEP) == {}
    made = proof_test("deep", Proof("it is", SERIES, at="5m", fires=True), fixed_labels(imported))
    (asked,) = made["promql_expr_test"]
    assert asked["expr"] == (
        'count(ALERTS{alertname="deep", alertstate="firing", a="1", c="{ }"}) > bool 0'
    )
