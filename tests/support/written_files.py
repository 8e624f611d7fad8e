"""Rule files and promtool test files as other people write them, for tests of what reads them."""

from pathlib import Path

RULES = """\
groups:
- name: availability
  rules:
  - record: job:up:sum
    expr: sum by (job) (up)
  - alert: Down
    expr: up == 0
    for: 5m
    labels: {severity: page}
    annotations: {summary: "{{ $labels.instance }} is down"}
  - alert: NoneLeft
    expr: job:up:sum < 1
"""
FIRES = """\
- name: it is down
  interval: 1m
  input_series: [{series: 'up{job="a", instance="x"}', values: 0x20}]
  alert_rule_test:
  - alertname: Down
    eval_time: 5m
    exp_alerts:
    - exp_labels: {severity: page, job: a, instance: x}
      exp_annotations: {summary: x is down}
"""
SILENT = """\
- interval: 1m
  input_series: [{series: 'up{job="a", instance="x"}', values: 0x20}]
  alert_rule_test: [{alertname: Down, eval_time: 4m}]
"""
FALSE = """\
- name: it says that it is not
  interval: 1m
  input_series: [{series: 'up{job="a", instance="x"}', values: 0x20}]
  alert_rule_test:
  - {alertname: Down, eval_time: 1m}
  - {alertname: Down, eval_time: 10m}
"""
SUM = """\
- name: the sum
  interval: 1m
  input_series: [{series: 'up{job="a"}', values: 1x20}]
  promql_expr_test:
  - {expr: job:up:sum, eval_time: 5m, exp_samples: [{labels: 'job:up:sum{job="a"}', value: 1e0}]}
"""


def write(folder: Path, *tests: str, rules: str = RULES, head: str = "") -> tuple[Path, Path]:
    """A rule file, and a test file with `tests` that names it unless `head` says otherwise."""
    rule_path, test_path = folder / "rules.yml", folder / "rules_test.yml"
    rule_path.write_text(rules, "utf-8")
    test_path.write_text(f"{head or 'rule_files: [rules.yml]'}\ntests:\n{''.join(tests)}", "utf-8")
    return rule_path, test_path
