"""`rarer-than-lookback` and `read-before-recorded`: when a recording is written and read."""

from pathlib import Path
from textwrap import dedent

import pytest

from toolkit.findings import Level
from toolkit.lint.rule import Rule
from toolkit.lint.rules import rarer_than_lookback, read_before_recorded
from toolkit.lint.user_files_as_project import plain_project

SLOW = """\
    groups:
    - name: slow
      interval: {interval}
      rules:
      - {{record: a:b:c, expr: sum(x)}}
      - {{record: a:b:d, expr: sum(y)}}
    - name: reads
      rules:
      - {{record: a:b:e, expr: 2 * a:b:c}}
      - {{alert: Slow, expr: a:b:e > 1}}
      - {{alert: Other, expr: z > 1}}
    """


def found(folder: Path, rule: Rule, text: str) -> list[tuple[str, int]]:
    path = folder / "rules.yml"
    path.write_text(dedent(text))
    findings = rule.check(plain_project(None, [path], None))
    return [(x.message, x.location.line if x.location else 0) for x in findings]


def test_a_group_that_is_evaluated_more_rarely_than_prometheus_looks_back(tmp_path: Path) -> None:
    assert found(tmp_path, rarer_than_lookback.RULE, SLOW.format(interval="10m")) == [
        (
            "`a:b:c` is written every 10m, and read for 5m after that, so that it is gone in "
            "between; Slow may never fire.",
            5,
        )
    ]


def test_a_reader_is_named_only_where_there_is_one(tmp_path: Path) -> None:
    text = "groups:\n- {name: g, interval: 6m, rules: [{record: a:b:c, expr: x}]}\n"
    ((message, _),) = found(tmp_path, rarer_than_lookback.RULE, text)
    assert message.endswith("so that it is gone in between.")


@pytest.mark.parametrize("interval", ["5m", "1m"])
def test_five_minutes_are_often_enough(tmp_path: Path, interval: str) -> None:
    assert found(tmp_path, rarer_than_lookback.RULE, SLOW.format(interval=interval)) == []


def test_alerts_that_are_evaluated_rarely_are_an_info(tmp_path: Path) -> None:
    text = "groups:\n- {name: g, interval: 1h, rules: [{alert: A, expr: x > 1}]}\n"
    assert found(tmp_path, rarer_than_lookback.RULE, text) == [
        (
            "`A` is evaluated every 1h, and its `ALERTS` are read for 5m after that, so that they "
            "are gone in between.",
            2,
        )
    ]
    (finding,) = rarer_than_lookback.RULE.check(plain_project(None, [tmp_path / "rules.yml"], None))
    assert finding.level is Level.INFO


@pytest.mark.parametrize(("kept", "count"), [("1h", 0), ("30m", 1), ("0", 1)])
def test_alerts_that_keep_firing_may_be_evaluated_rarely(
    tmp_path: Path, kept: str, count: int
) -> None:
    rule = f"{{alert: A, expr: x > 1, keep_firing_for: {kept}}}"
    text = f"groups:\n- {{name: g, interval: 1h, rules: [{rule}]}}\n"
    assert len(found(tmp_path, rarer_than_lookback.RULE, text)) == count


def test_what_stands_before_the_recording_that_it_reads(tmp_path: Path) -> None:
    text = """\
        groups:
        - name: g
          rules:
          - {alert: Early, expr: a:b:c > 1}
          - {record: a:b:c, expr: sum(x)}
          - {alert: Late, expr: a:b:c > 1}
        - name: h
          rules:
          - {alert: Elsewhere, expr: a:b:c > 1}
        """
    assert found(tmp_path, read_before_recorded.RULE, text) == [
        ("`a:b:c` is recorded further down, so that its value is that of the evaluation before.", 4)
    ]


def test_a_recording_that_reads_one_of_another_group(tmp_path: Path) -> None:
    text = """\
        groups:
        - name: g
          rules:
          - {record: a:b:c, expr: sum(x)}
          - {record: a:b:d, expr: 2 * a:b:c}
        - name: h
          rules:
          - {record: a:b:e, expr: a:b:c + y}
        """
    assert found(tmp_path, read_before_recorded.RULE, text) == [
        (
            "`a:b:c` is recorded by the group 'g', whose evaluations are not in step with those of "
            "this one: its value is up to one interval old.",
            8,
        )
    ]


def test_a_recording_that_reads_itself(tmp_path: Path) -> None:
    text = "groups:\n- {name: g, rules: [{record: a:b:c, expr: a:b:c + x}]}\n"
    assert found(tmp_path, read_before_recorded.RULE, text) == [
        ("`a:b:c` reads what it records itself, its value of the evaluation before.", 2)
    ]
