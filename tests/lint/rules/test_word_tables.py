"""Rules that know functions, aggregations or operators by name: which of all they are about."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint import run
from toolkit.lint.rule import Rule

RULES: dict[str, Rule] = {rule.id: rule for rule in run.rules(run.RULES)}
COMPARED = "> >= < <= == !="
OPERATORS = "+ - * / % ^ atan2 and or unless"
AGGREGATED = "sum avg count min max group stddev stdvar"
RANGED = (
    "rate irate increase delta idelta deriv changes resets avg_over_time min_over_time "
    "max_over_time sum_over_time count_over_time stddev_over_time stdvar_over_time "
    "last_over_time present_over_time absent_over_time"
)
CALLED = (
    "abs absent ceil exp floor ln round scalar sgn sort sort_desc sqrt timestamp hour minute "
    "month year day_of_month day_of_week days_in_month deg rad sin"
)
CHOSEN = "topk bottomk limitk quantile"
SOMETHING = (
    "vector(2) vector(time()) 2+vector(1) vector(2)*pi() -(vector(-2)) vector(2)+absent(x) "
    "absent(x) "
    "(vector(2)>1) (vector(2)>bool(1)) (sum(x)or(vector(2))) (vector(2)unless(sum(x)))"
)
# Rule, expression with a word for WORD, all words that are tried, those that are flagged.
TABLES = [
    ("fragile-share", 'sum(a{job="x"}) WORD sum(b{job="y"}) > 0.1', OPERATORS, "+ - * / %"),
    ("fragile-share", 'WORD(a{job="x"}) / WORD(b{job="y"}) > 0.1', AGGREGATED,
     "sum avg count min max stddev"),
    ("fragile-share", 'WORD(0.5, a{job="x"}) / WORD(0.5, b{job="y"}) > 0.1', CHOSEN, "quantile"),
    ("rate-after-sum", "WORD(sum(x_total)[5m:1m]) > 1", RANGED, "rate irate increase"),
    ("rate-after-sum", "rate(WORD(x_total)[5m:1m]) > 1", AGGREGATED, "sum avg min max"),
    ("rate-after-sum", "rate(sum(xWORD)[5m:1m]) > 1", "_total _count _sum _bucket _seconds",
     "_total _count _sum _bucket"),
    ("not-a-number", "WORD(x / y) > 1", AGGREGATED, "sum avg stddev stdvar"),
    ("not-a-number", "sum(x WORD y) > 1", OPERATORS, "/ %"),
    ("not-a-number", "sum(x / WORD(y != 0)) > 1", CALLED,
     "ceil floor ln round sgn sqrt hour minute year day_of_week deg rad sin"),
    ("not-a-number", "sum(WORD(x / y)) > 1", CALLED,
     "abs ceil floor round sort sort_desc sqrt"),
    ("not-a-number", "sum(WORD(x / y, 1)) > 1", "clamp_min clamp_max round",
     "clamp_min clamp_max round"),
    ("not-a-number", "sum(WORD((x / y)[5m:])) > 1", RANGED,
     "avg_over_time min_over_time max_over_time sum_over_time last_over_time"),
    ("not-a-number", "sum(x / WORD((y > 0)[5m:])) > 1", RANGED,
     "rate irate increase delta idelta deriv changes resets stddev_over_time "
     "stdvar_over_time"),
    ("not-a-number", "sum(x / (y WORD 0)) > 1", COMPARED, ">= <= =="),
    ("unguarded-ratio", "WORD(x_total[5m]) / WORD(y_total[5m]) > 0.1", RANGED,
     "rate irate increase"),
    ("unguarded-ratio", "rate(x_total[5m]) / rate(y_total[5m]) WORD 0.1", COMPARED, "> >= < <="),
    ("unguarded-ratio", "WORD(rate(x_total[5m])) / WORD(rate(y_total[5m])) > 0.1", AGGREGATED,
     "sum avg min max stddev stdvar"),
    ("misused-function", "WORD(x_errors_total[5m]) > 1", RANGED, "irate delta idelta deriv"),
    ("misused-function", "WORD(increase(x[5m])) > 0.5", AGGREGATED, "sum min max"),
    ("misused-function", "WORD(2, increase(x[5m])) > 1.5", "topk bottomk limitk", "topk bottomk"),
    ("misused-function", "increase(x[5m]) WORD 1", COMPARED, "== !="),
    ("misused-function", 'WORD(x{quantile="0.9"}) > 1', AGGREGATED, "sum avg"),
    ("misused-function", "WORD(x_seconds_sum[5m]) > 1", RANGED, "rate irate increase"),
    ("misused-function", "histogram_quantile(0.9, WORD(rate(x_bucket[5m]))) > 1", AGGREGATED,
     "sum avg count min max group stddev stdvar"),
    ("range-under-four-scrapes", "WORD(x[30s]) > 1", RANGED,
     "rate irate increase delta idelta deriv"),
    ("silent-when-gone", "WORD(x) < 2", AGGREGATED, "sum count"),
    ("silent-when-gone", "sum(x) WORD 0", COMPARED, "< <= =="),
    ("silent-when-gone", "count(x) WORD 2", COMPARED, "< <="),
    ("silent-when-gone", "sum(WORD(x[5m])) < 2", RANGED, ""),
    ("counter-without-rate", "WORD(x_errors_total[5m]) > 5", RANGED,
     "avg_over_time min_over_time max_over_time sum_over_time stddev_over_time "
     "stdvar_over_time last_over_time"),
    ("counter-without-rate", "WORD(x_errors_total) > 5", CALLED,
     "abs ceil exp floor ln round sgn sort sort_desc sqrt hour minute month year "
     "day_of_month day_of_week days_in_month deg rad sin"),
    ("counter-without-rate", "WORD(x_errors_total) > 5", AGGREGATED,
     "sum avg min max stddev stdvar"),
    ("dead-operand", "(WORD or sum(y)) > 1", SOMETHING,
     "vector(2) vector(time()) 2+vector(1) vector(2)*pi() -(vector(-2)) "
     "(vector(2)>bool(1)) (sum(x)or(vector(2)))"),
    ("alert-always-fires", 'x{WORD="a"}', "job instance namespace cluster state pod",
     "job instance namespace cluster"),
    ("alert-always-fires", "WORD(x > 1)", CALLED, ""),
    ("alert-always-fires", "WORD(x) >= 0", CALLED,
     "abs exp sqrt timestamp hour minute month day_of_month day_of_week days_in_month"),
    ("fragile-choice", "WORD(0.5, x) > 5", CHOSEN, "topk bottomk limitk"),
    ("absent-without-hold", "WORD(x[5m])", RANGED, ""),
    ("absent-without-hold", "WORD(x)", CALLED, "absent"),
    ("comparison-never-true", "WORD(x[5m]) < 0", RANGED,
     "rate irate increase changes resets count_over_time stddev_over_time stdvar_over_time "
     "present_over_time absent_over_time"),
    ("comparison-never-true", "WORD(x) < 0", CALLED,
     "abs absent exp sqrt timestamp hour minute month day_of_month day_of_week "
     "days_in_month"),
    ("comparison-never-true", "WORD(x) < 0", AGGREGATED, "count group stddev stdvar"),
    ("comparison-never-true", "x WORD x", COMPARED, "> <"),
    ("comparison-never-true", "up WORD 1.5", COMPARED, "> >= =="),
    ("comparison-never-true", "WORD by (a) (x) > on (a) WORD by (a) (x)", AGGREGATED,
     "sum avg count min max group stddev stdvar"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "expr", "words", "flagged"), TABLES, ids=str)
def test_which_words_it_is_about(
    tmp_path: Path, name: str, expr: str, words: str, flagged: str
) -> None:
    texts = [expr.replace("WORD", word) for word in words.split()]
    listed = [f"alert: A{n}\nexpr: |-\n  {text}" for n, text in enumerate(texts)]
    project = plain_rules.project(
        tmp_path, *listed, prometheus_yml="global: {scrape_interval: 15s}"
    )
    about = {finding.subject.partition(".")[0] for finding in RULES[name].check(project)}
    assert [x for n, x in enumerate(words.split()) if f"A{n}" in about] == flagged.split()
