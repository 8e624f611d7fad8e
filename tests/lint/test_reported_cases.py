"""Rule files that were reported as judged wrongly: what is right is found, line by line."""

from pathlib import Path
from textwrap import dedent

import pytest

from toolkit.lint.run import RULES, rules, run
from toolkit.lint.user_files_as_project import plain_project

REPORTED = {
    "two recordings whose static labels differ never match": (
        """\
        groups:
        - name: g
          rules:
          - {record: a:b:rate5m, expr: "sum by (api) (rate(x[5m]))", labels: {window: 5m}}
          - {record: a:b:rate1h, expr: "sum by (api) (rate(x[1h]))", labels: {window: 1h}}
          - {alert: A, expr: a:b:rate5m > 1 and a:b:rate1h > 1}
          - {alert: B, expr: a:b:rate5m > 1 and ignoring (window) a:b:rate1h > 1}
          - {alert: C, expr: a:b:rate5m > 1 and on (api) a:b:rate1h > 1}
        """,
        "impossible-join", [6]),
    "an argument that is calculated hides no labels": (
        """\
        groups:
        - name: g
          rules:
          - {alert: A, expr: "sum by (i) (predict_linear(x{i='1'}[6h], 24 * 3600)) < 0"}
          - {alert: B, expr: "x{i='1'} < 5 and predict_linear(x{i='1'}[6h], 24 * 3600) < 0"}
          - {alert: C, expr: "sum by (i) (clamp_max(x{i='1'}, scalar(sum(y)))) < 1"}
          - {alert: D, expr: "sum by (i) (round(x{i='1'}, 1 / 8)) < 1"}
        """,
        "unknown-label impossible-join template-reads-missing-label", []),
    "names in UTF-8 are read": (
        """\
        groups:
        - name: g
          rules:
          - alert: A
            expr: >
              histogram_quantile(0.9, sum by (le, "s.n") (rate({"h.b_bucket", "s.n"="c"}[5m]))) > 1
          - {alert: B, expr: 'rate({"http.errors"}[5m]) > 1'}
        """,
        "threshold-not-a-bucket malformed-rules", []),
    "a hundred rules that lead to each other in a circle": (
        "groups:\n- name: g\n  rules:\n"
        + "".join(f"  - {{record: 'a:b:{n}', expr: 'sum(a:b:{(n + 1) % 100})'}}\n"
                  for n in range(100)),
        "impossible-join", []),
}  # fmt: skip


@pytest.mark.parametrize(("text", "names", "lines"), REPORTED.values(), ids=REPORTED)
def test_what_is_right_is_found(tmp_path: Path, text: str, names: str, lines: list[int]) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(dedent(text))
    project = plain_project(None, [path], None)
    assert project.source.problems == ()
    found = run(project, rules(RULES))
    told = [x.location.line for x in found if x.rule in names.split() and x.location]
    assert told == lines
