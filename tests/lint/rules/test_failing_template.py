"""`failing-template`: what fails when the alert fires."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.failing_template import RULE

HAS = "an alert has Labels, ExternalLabels, ExternalURL and Value."


@pytest.mark.parametrize("table", ["labels", "annotations"])
def test_flags_unknown_fields(tmp_path: Path, table: str) -> None:
    text = f"alert: A\nexpr: up == 0\n{table}: {{s: '{{{{ .Instance }}}} {{{{ $.Foo }}}}'}}"
    found = list(RULE.check(plain_rules.project(tmp_path, text)))
    assert [x.message for x in found] == [
        f"`.Instance` is not there: {HAS}",
        f"`.Foo` is not there: {HAS}",
    ]
    assert found[0].fix == "write $labels.instance for a label."


def test_flags_the_label_that_the_name_replaces(tmp_path: Path) -> None:
    text = "alert: A\nexpr: up == 0\nlabels: {alertname: B}"
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, text)) == [
        "`alertname` is always the name of the alert, whatever is set here."
    ]


CALLS = {
    "{{ if gt $value 1 }}x{{ end }}": "`gt` compares a float with an integer, which Go refuses.",
    "{{ $value | toUpper }}": "`toUpper` takes text, and `$value` is a number.",
    "{{ $labels.x.y }}": "`$labels.x.y` reads a field of what is a text or a number.",
    "{{ .Value.x }}": "`$value.x` reads a field of what is a text or a number.",
}


@pytest.mark.parametrize(("text", "message"), CALLS.items(), ids=CALLS)
def test_flags_what_fails_or_shows_an_error(tmp_path: Path, text: str, message: str) -> None:
    for table in ("labels", "annotations"):
        rule = f"alert: A\nexpr: up == 0\n{table}: {{s: '{text}'}}"
        assert plain_rules.messages(RULE, plain_rules.project(tmp_path, rule)) == [message]


@pytest.mark.parametrize(
    "rule",
    [
        "alert: A\nexpr: up == 0\nlabels: {s: '{{ .Labels.x }} {{ .Value }} {{ .ExternalURL }}'}",
        "alert: A\nexpr: up == 0\nannotations: {s: '{{ range query `up` }}{{ .Foo }}{{ end }}'}",
        "record: A\nexpr: up\nlabels: {alertname: B}",
    ],
)
def test_leaves_alone(tmp_path: Path, rule: str) -> None:
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, rule)) == []
