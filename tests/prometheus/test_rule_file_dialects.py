"""Keys of rule files: Prometheus' own are taken for every program that reads them."""

from pathlib import Path

import pytest

from toolkit.findings import Level
from toolkit.prometheus.read_user_rule_files import read
from toolkit.prometheus.rule_file_dialects import Dialect

EVERY_KEY = """\
groups:
- name: a
  interval: 1m
  query_offset: 1m
  limit: 5
  labels: {a: b}
  rules:
  - {alert: A, expr: up, for: 1m, keep_firing_for: 1m, labels: {a: b}, annotations: {a: b}}
  - {record: "a:b:c", expr: up}
"""


@pytest.mark.parametrize("dialect", [None, *Dialect])
def test_prometheus_own_keys_are_taken_for_every_program(
    tmp_path: Path, dialect: Dialect | None
) -> None:
    (tmp_path / "rules.yml").write_text(EVERY_KEY, encoding="utf-8")
    found = read([tmp_path / "rules.yml"], dialect=dialect)
    assert [x.message for x in found.problems if x.level is Level.ERROR] == []
    assert bool(found.files) is (dialect in {None, Dialect.PROMETHEUS})
