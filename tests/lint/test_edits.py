"""Edits: what a finding says is right, written into the file, is right there."""

import json
from pathlib import Path

import pytest

from toolkit.findings import Edit, Finding, Location
from toolkit.lint import run
from toolkit.lint.report import Format, render
from toolkit.lint.user_files_as_project import plain_project

BEFORE = """\
groups:
- name: g
  rules:
  - alert: Early
    expr: job:errors:rate5m > 5
    for: 0m
    annotations:
      one: "{{ $value }}, \\"quoted\\", {{ .Value }}"
      two: '{{ $value }}'

  # The errors of a job.
  - record: job:errors:rate5m
    expr: |
      sum by (job) (
        rate(errors_total{job=~"^shop.+$", zone=~"eu"}[5m])
      )
  - alert: Again
    expr: sum by (job) (rate(errors_total{job=~"shop.+", zone="eu"}[5m])) > 1
    keep_firing_for: 0s
    annotations:
      text: |
        It fails.
        {{ $value }} a second, {{ $value }}.
  - alert: Quick
    expr: irate(errors_total[5m]) > 1
"""
AFTER = """\
groups:
- name: g
  rules:
  - record: job:errors:rate5m
    expr: |
      sum by (job) (
        rate(errors_total{job=~"shop.+", zone="eu"}[5m])
      )
  - alert: Early
    expr: job:errors:rate5m > 5
    annotations:
      one: "{{ $value | humanize }}, \\"quoted\\", {{ .Value | humanize }}"
      two: '{{ $value | humanize }}'

  # The errors of a job.
  - alert: Again
    expr: job:errors:rate5m > 1
    annotations:
      text: |
        It fails.
        {{ $value | humanize }} a second, {{ $value | humanize }}.
  - alert: Quick
    expr: rate(errors_total[5m]) > 1
"""


def findings(path: Path) -> tuple[Finding, ...]:
    return run.run(plain_project(None, [path], None), run.rules(run.RULES))


def offset(lines: list[str], place: Location | None) -> int:
    assert place is not None
    return sum(map(len, lines[: place.line - 1])) + place.column - 1


def applied(path: Path, edits: list[Edit]) -> None:
    """Write the edits that do not touch each other into the file, the last one first."""
    text = path.read_text()
    lines = text.splitlines(keepends=True)
    spans = [(offset(lines, x.start), offset(lines, x.end), x.text) for x in edits]
    for start, end, new in sorted(set(spans), reverse=True):
        text = text[:start] + new + text[end:]
    path.write_text(text)


def test_a_file_with_every_edit_in_it_has_no_such_finding_any_more(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(BEFORE)
    edited = set()
    for _ in range(20):
        found = next((x for x in findings(path) if x.edits), None)
        if found is None:
            break
        edited.add(found.rule)
        applied(path, list(found.edits))
    assert path.read_text() == AFTER
    assert edited == {
        "misused-function",
        "read-before-recorded",
        "recorded-already",
        "redundant-regexp",
        "unformatted-value",
        "zero-duration",
    }


QUOTED = [
    ("""expr: rate(x[5m]) > 1\n    annotations:\n      t: "a\\n{{ $value }} {{ $value }}!\\n\"""",
     """t: "a\\n{{ $value | humanize }} {{ $value | humanize }}!\\n\""""),
    ("""expr: rate(x[5m]) > 1\n    annotations: {t: '{{ $value }}{{ $value }}'}""",
     """t: '{{ $value | humanize }}{{ $value | humanize }}'"""),
    ("""expr: rate(x[5m]) > 1\n    annotations: {t: '{{$value}}'}""",
     """t: '{{$value | humanize}}'"""),
    ("""expr: 'up{job=~"^a.+"} == 0'""", """'up{job=~"a.+"} == 0'"""),
    ("""expr: up{job=~'a'} == 0""", """up{job='a'} == 0"""),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "wanted"), QUOTED, ids=[x[1] for x in QUOTED])
def test_quotes_and_escapes_of_the_file_stay(tmp_path: Path, rule: str, wanted: str) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(f"groups:\n- name: g\n  rules:\n  - alert: A\n    {rule}\n")
    (found,) = [x for x in findings(path) if x.edits]
    applied(path, list(found.edits))
    assert wanted in path.read_text()
    assert [x for x in findings(path) if x.edits] == []


def test_a_place_that_is_not_certain_is_not_said(tmp_path: Path) -> None:
    """The expression's quotes are escaped in the file, so that its columns are other ones."""
    path = tmp_path / "rules.yml"
    path.write_text(
        'groups:\n- name: g\n  rules:\n  - alert: A\n    expr: "up{job=~\\"a\\"} == 0"\n'
    )
    (found,) = [x for x in findings(path) if x.edits]
    assert found.edited == 'up{job="a"} == 0'
    assert [(x.start, x.end) for x in found.edits] == [(None, None)]
    (result,) = json.loads(render([found], run.rules(run.RULES), Format.SARIF))["runs"][0][
        "results"
    ]
    assert "fixes" not in result


def test_nothing_edits_the_file(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(BEFORE)
    findings(path)
    assert path.read_text() == BEFORE


def test_flow_style_is_not_moved(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(
        "groups:\n- name: g\n  rules: [{alert: A, expr: a:b:c > 1}, {record: a:b:c, expr: up}]\n"
    )
    found = [x for x in findings(path) if x.rule == "read-before-recorded"]
    assert [x.edits for x in found] == [()]


def test_a_recording_stays_behind_what_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(
        "groups:\n- name: g\n  rules:\n"
        "  - alert: A\n    expr: a:b:d > 1\n"
        "  - record: a:b:c\n    expr: sum(up)\n"
        "  - record: a:b:d\n    expr: a:b:c / 2\n"
    )
    found = [x for x in findings(path) if x.rule == "read-before-recorded"]
    assert [x.edits for x in found] == [()]
