"""`value-in-label`: labels are an alert's identity, and the value is not."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.value_in_label import RULE


@pytest.mark.parametrize(
    "template",
    ["{{ $value }}", "{{ .Value | humanize }}", "{{ if gt $value 5.0 }}a{{ else }}b{{ end }}"],
)
def test_flags(tmp_path: Path, template: str) -> None:
    rule = f"alert: X\nexpr: a > 1\nlabels:\n  current: '{template}'"
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, rule)) == [
        "the label `current` holds the value, so that every change is a new alert."
    ]


@pytest.mark.parametrize(
    "rule",
    [
        "alert: X\nexpr: a > 1\nannotations:\n  text: '{{ $value }}'",
        "alert: X\nexpr: a > 1\nlabels:\n  team: '{{ $labels.team }}'",
        "alert: X\nexpr: a > 1\nlabels:\n  text: 'no $value here'",
        "alert: X\nexpr: a > 1\nlabels:\n  text: '{{ \"$value\" }}'",
        "record: a:b:c\nexpr: a\nlabels:\n  current: '{{ $value }}'",
    ],
    ids=["an annotation", "another label", "no template", "a string", "a recording"],
)
def test_leaves_alone(tmp_path: Path, rule: str) -> None:
    assert plain_rules.messages(RULE, plain_rules.project(tmp_path, rule)) == []
