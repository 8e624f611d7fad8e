"""Which calls of a template are certain to fail, as promtool shows them too."""

import json
import subprocess
from pathlib import Path

import pytest

from tests.support.required_programs import PROMTOOL, program
from toolkit.prometheus.go_templates.labels_and_queries_read import failures, fields_of_texts
from toolkit.prometheus.go_templates.value_origins import UNKNOWN, element

FLOATS = "compares a float with an integer, which Go refuses"
TEXT = "takes text, and `$value` is a number"
FAILS = {
    "if gt $value 1": f"`gt` {FLOATS}",
    "if eq $value 2": f"`eq` {FLOATS}",
    "if ge $value 0x10": f"`ge` {FLOATS}",
    "if ge $value -1": f"`ge` {FLOATS}",
    "if lt 1 $value": "`lt` compares an integer with a float, which Go refuses",
    "if eq $labels.x 1": "`eq` compares a text with an integer, which Go refuses",
    'if ne $value "1"': "`ne` compares a float with a text, which Go refuses",
    'printf "%d" $value': "`printf` shows a float by `%d` as an error",
    'printf "%s" $value': "`printf` shows a float by `%s` as an error",
    'printf "%.2f" $labels.x': "`printf` shows a text by `%f` as an error",
    '$value | printf "%05d"': "`printf` shows a float by `%d` as an error",
    'printf "%s %d" $labels.x $value': "`printf` shows a float by `%d` as an error",
    'printf "%s"': "`printf` has places for 1 values in '%s', and is given 0",
    'printf "a" $value': "`printf` has places for 0 values in 'a', and is given 1",
    "humanize": "`humanize` takes 1 argument, and has 0",
    "humanize 1.0 2.0": "`humanize` takes 1 argument, and has 2",
    'label "x"': "`label` takes 2 arguments, and has 1",
    "externalURL 1": "`externalURL` takes no arguments, and has 1",
    'reReplaceAll "a" "b"': "`reReplaceAll` takes 3 arguments, and has 2",
    "$value | toUpper": f"`toUpper` {TEXT}",
    "$value | title": f"`title` {TEXT}",
    "stripPort $value": f"`stripPort` {TEXT}",
    'query "up" | value': "`value` takes one sample, and a query has several",
}
FIXES = {
    "if gt $value 1": "write the number with a point, as 1.0",
    "if eq $labels.x 1": "compare like with like",
    'printf "%d" $value': "write %.2f, or %.0f",
    'printf "%.2f" $labels.x': "write %s",
    'printf "%s"': "write a value for each place",
    "humanize": "give it what it takes, or pipe it in",
    'label "x"': "see https://prometheus.io/docs/prometheus/latest/configuration/"
    "template_reference/",
    "$value | toUpper": "format it first, as with printf",
    'query "up" | value': "pipe through `first`",
}
WORKS = (
    "if gt $value 1.0", "if ge $value 1e3", 'if eq $labels.x "1"', "eq $value 2.0 3.0",
    'if and (gt $value 1.0) (eq $labels.x "1")', 'printf "%.2f" $value', 'printf "%v" $value',
    'printf "%x" $value', 'printf "%.1f%%" $value', 'printf "%5.1f" $value', "$value | humanize",
    "$labels.x | humanize", "$labels.x | toUpper", 'index $labels "x"', "$labels | len",
    "len $labels.x", 'match "1" $labels.x', 'reReplaceAll "1" "b" $labels.x', "args 1 2",
    'sortByLabel "x" (query "up")', "not $value", 'printf "%s %q" $labels.x $labels.x',
    'printf "%*.1f" 5 $value', 'printf "%[1]s %[1]s" $labels.x', "eq 1 1 2", "lt 1.5 2e3",
)  # fmt: skip


@pytest.mark.parametrize(("action", "message"), FAILS.items(), ids=FAILS)
def test_what_fails(action: str, message: str) -> None:
    (found,) = failures(template(action))
    assert found.message == message
    assert found.fix == FIXES.get(action, found.fix) != ""


@pytest.mark.parametrize("action", WORKS)
def test_what_works(action: str) -> None:
    assert failures(template(action)) == ()


def test_a_variable_is_what_it_was_set_to() -> None:
    assert len(failures("{{ $x := 5 }}{{ gt $value $x }}")) == 1
    assert failures("{{ $x := 5.0 }}{{ gt $value $x }}") == ()
    assert failures("{{ range query `up` }}{{ gt .Value 1 }}{{ end }}") == ()  # not known


ARGUMENTS = {
    "externalURL": 0, "pathPrefix": 0, "first": 1, "graphLink": 1, "humanize": 1,
    "humanize1024": 1, "humanizeDuration": 1, "humanizePercentage": 1, "humanizeTimestamp": 1,
    "len": 1, "not": 1, "parseDuration": 1, "query": 1, "safeHtml": 1, "stripDomain": 1,
    "stripPort": 1, "strvalue": 1, "tableLink": 1, "title": 1, "toLower": 1, "toTime": 1,
    "toUpper": 1, "value": 1, "ge": 2, "gt": 2, "label": 2, "le": 2, "lt": 2, "match": 2, "ne": 2,
    "sortByLabel": 2, "reReplaceAll": 3,
}  # fmt: skip
YOUNGER = {"now": 0, "toDuration": 1, "urlQueryEscape": 1}
TOO_MANY = {f"{name}{' $labels' * (number + 1)}": name for name, number in ARGUMENTS.items()}


@pytest.mark.parametrize(("name", "number"), (ARGUMENTS | YOUNGER).items())
def test_every_function_takes_so_many_arguments(name: str, number: int) -> None:
    (found,) = failures(template(f"{name}{' $labels' * (number + 1)}"))
    takes = {0: "no arguments", 1: "1 argument"}.get(number, f"{number} arguments")
    assert found.message == f"`{name}` takes {takes}, and has {number + 1}"
    assert failures(template(f"{name}{' $labels' * number}")) == ()


def test_functions_of_texts_take_no_number() -> None:
    texts = "graphLink match parseDuration query reReplaceAll safeHtml stripDomain stripPort"
    for name in (*texts.split(), "tableLink", "title", "toLower", "toUpper", "urlQueryEscape"):
        number = (ARGUMENTS | YOUNGER)[name]
        assert len(failures(template(f"{name}{' $value' * number}"))) == 1, name


def test_one_of_several_is_a_sample_where_a_query_gave_them() -> None:
    assert element(("query", "up")) == ("sample", "up")
    assert element(("$labels", "a")) == element(()) == UNKNOWN


FIELDS = {"$labels.a.b": ("$labels.a.b",), "$value.x": ("$value.x",), "$labels.a": ()}


@pytest.mark.parametrize(("read", "found"), FIELDS.items(), ids=FIELDS)
def test_a_text_has_no_fields(read: str, found: tuple[str, ...]) -> None:
    assert fields_of_texts(template(read)) == found


def template(action: str) -> str:
    return f"{{{{ {action} }}}}" + ("x{{ end }}" if action.startswith("if ") else "")


@PROMTOOL
@pytest.mark.programs
def test_promtool_shows_the_same(tmp_path: Path) -> None:
    actions = (*FAILS, *TOO_MANY, *WORKS)
    rules = [
        {"alert": f"A{n}", "expr": "a == 2", "annotations": {"t": template(x)}}
        for n, x in enumerate(actions)
    ]
    (tmp_path / "r.yml").write_text(json.dumps({"groups": [{"name": "g", "rules": rules}]}))
    expected = {"exp_labels": {"x": "1"}, "exp_annotations": {"t": "expected"}}
    test = {
        "input_series": [{"series": 'a{x="1"}', "values": "2 2"}],
        "alert_rule_test": [
            {"eval_time": "1m", "alertname": f"A{n}", "exp_alerts": [expected]}
            for n, _ in enumerate(actions)
        ],
    }
    (tmp_path / "t.yml").write_text(json.dumps({"rule_files": ["r.yml"], "tests": [test]}))
    done = subprocess.run(
        [program("promtool"), "test", "rules", str(tmp_path / "t.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    shown = (done.stdout + done.stderr).split("alertname: A")[1:]
    assert len(shown) == len(actions)
    for text in shown:
        number, _, said = text.partition(",")
        action = actions[int(number)]
        fails = "error expanding template" in said or "%!" in said
        assert fails is (action not in WORKS), f"{action}: {said}"
