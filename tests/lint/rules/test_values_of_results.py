"""Rules that ask what a value can be, and how it is shown."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rule import Rule
from toolkit.lint.rules import (
    fragile_choice,
    misused_function,
    not_a_number,
    range_over_retention,
    recorded_already,
    unformatted_value,
)


def places(folder: Path, rule: Rule, expr: str, kind: str = "alert") -> list[str]:
    project = plain_rules.project(folder, f"{kind}: A\nexpr: '{expr}'")
    return [expr[slice(*x.span)] for x in rule.check(project) if x.span]


SPOILED = {
    "sum(a / b) > 1": ["b"],
    "avg by (job) (a % (b)) > 1": ["(b)"],
    "stddev(-(rate(a[5m]) / rate(b[5m]))) > 1": ["rate(b[5m])"],
    "max(a / b) > 1": [],
    "sum(abs(a / b)) > 1": ["b"],
    "sum(avg_over_time((a / b)[5m:])) > 1": ["b"],
    "sum(sgn(a / b)) > 1": [],
    "sum(a and a / b) > 1": [],
    "sum(a / (b >= 0)) > 1": ["(b >= 0)"],
    "sum(a / (b != 0)) > 1": [],
    "sum(a / clamp_max(b, -1)) > 1": [],
    "sum(a / clamp(b, 0, 10)) > 1": ["clamp(b, 0, 10)"],
    "sum(a / on () group_left () count(b)) > 1": [],
    "sum(a / 2) > 1": [],
    "sum(a / 0) > 1": ["0"],
    "sum(a / (b > 0)) > 1": [],
    "sum(a / (b > bool 0)) > 1": ["(b > bool 0)"],
    "sum((a / b) > 1)": [],
    "sum(a / clamp_min(b, 1)) > 1": [],
    "sum(a) / sum(b) > 1": [],
    "count(a / b) > 1": [],
    "topk(3, a / b) > 1": [],
}


@pytest.mark.parametrize(("expr", "divisors"), SPOILED.items(), ids=SPOILED)
def test_a_divisor_that_spoils_a_sum(tmp_path: Path, expr: str, divisors: list[str]) -> None:
    assert places(tmp_path, not_a_number.RULE, expr) == divisors


CHOSEN = {
    "topk(3, a) > 5": ["topk(3, a)"],
    "bottomk by (job) (1, a) < 5 and b": ["bottomk by (job) (1, a)"],
    "sum(topk(3, a)) > 5": [],
    "a > 5 and topk(3, b)": [],
    "a > 5 or topk(3, b) > 1": ["topk(3, b)"],
}


@pytest.mark.parametrize(("expr", "choices"), CHOSEN.items(), ids=CHOSEN)
def test_a_choice_that_becomes_an_alert(tmp_path: Path, expr: str, choices: list[str]) -> None:
    assert places(tmp_path, fragile_choice.RULE, expr) == choices
    assert places(tmp_path, fragile_choice.RULE, expr, "record") == []


MISUSED = {
    "irate(a_total[5m]) > 1": ["irate"],
    "delta(a_total[5m]) > 1": ["a_total"],
    "predict_linear(a_total[5m], 60) > 1": ["a_total"],
    "delta(a_bytes[5m]) > 1": [],
    "increase(a_total[5m]) > 0.5": ["0.5"],
    "sum(increase(a_total[5m])) >= 0.1": ["0.1"],
    "increase(a_total[5m]) > 1.5": ["1.5"],
    "0.5 < increase(a_total[5m])": ["0.5"],
    "increase(a_total[5m]) == 1": ["1"],
    "increase(a_total[5m]) != 2": ["2"],
    "increase(a_total[5m]) == 0": [],
    "increase(a_total[5m]) > 3": [],
    "increase(a_total[5m]) < Inf": [],
    "increase(a_total[5m]) >= 1e999": [],
    "avg(increase(a_total[5m])) > 0.5": [],
    "increase(a_total[5m]) > b": [],
    "rate(a_sum[5m]) > 1": ["a_sum"],
    "sum(rate(a_sum[5m])) > 2": ["a_sum"],
    "sum(rate(a_sum[5m])) / sum(rate(b_count[5m])) > 2": ["a_sum"],
    "sum(rate(a_sum[5m])) / sum(rate(a_count[5m])) > 2": [],
    "rate(gc_seconds_sum[5m]) > 0.05": [],
    "rate(job:a_sum[5m]) > 1": [],
    "a_sum > 1": [],
    "increase(a_total[5m]) / increase(b_total[5m]) > 0.5": [],
    "rate(a_total[5m]) > 0.5": [],
    "histogram_quantile(0.9, sum by (job) (rate(a_bucket[5m]))) > 1": [
        "sum by (job) (rate(a_bucket[5m]))"
    ],
    "histogram_quantile(0.9, sum by (job, le) (rate(a_bucket[5m]))) > 1": [],
    "histogram_quantile(0.9, sum(rate(a[5m]))) > 1": [],
    "histogram_quantile(0.9, a_bucket) > 1": ["a_bucket"],
    "histogram_quantile(0.9, sum by (le) (increase(a_bucket[5m]))) > 1": [],
    "histogram_quantile(0.9, sum by (le) (rate(a_sum[5m]))) > 0.5": ["a_sum"],
    "histogram_quantile(0.9, avg by (le) (rate(a_bucket[5m]))) > 1": [
        "avg by (le) (rate(a_bucket[5m]))"
    ],
    "histogram_quantile(0.9, job:a_bucket) > 1": [],
    "histogram_quantile(95, rate(a_bucket[5m])) > 1": ["95"],
    "quantile_over_time(1.5, a[5m]) > 1": ["1.5"],
    "quantile(95, a) > 1": ["95"],
    "quantile(0.95, a) > 1": [],
    'avg(a{quantile="0.9"}) > 1': ['a{quantile="0.9"}'],
    'sum by (job) ((a{quantile="0.9"})) > 1': ['a{quantile="0.9"}'],
    'max(a{quantile="0.9"}) > 1': [],
    'sum(a{quantile!="0.9"}) > 1': [],
    "avg(histogram_quantile(0.9, rate(a_bucket[5m]))) > 1": [
        "histogram_quantile(0.9, rate(a_bucket[5m]))"
    ],
}


@pytest.mark.parametrize(("expr", "found"), MISUSED.items(), ids=MISUSED)
def test_a_function_on_what_it_is_not_made_for(tmp_path: Path, expr: str, found: list[str]) -> None:
    assert places(tmp_path, misused_function.RULE, expr) == found


FIXES = {
    "histogram_quantile(95, rate(a_bucket[5m])) > 1": "write 0.95.",
    "quantile(200, a) > 1": "write 0 to 1.",
    "increase(a_total[5m]) == 1": "compare with >=, <= or a range.",
    "increase(a_total[5m]) > 0.5": "compare with a whole number: > 0 asks for any event at all.",
    "rate(a_sum[5m]) > 1": "divide by the rate of a_count.",
    "histogram_quantile(0.9, rate(a_count[5m])) > 1": "read a_bucket.",
}


@pytest.mark.parametrize(("expr", "fix"), FIXES.items(), ids=FIXES)
def test_what_a_function_is_made_for(tmp_path: Path, expr: str, fix: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: '{expr}'")
    assert [x.fix for x in misused_function.RULE.check(project)] == [fix]


def test_sums_may_be_recorded(tmp_path: Path) -> None:
    assert places(tmp_path, misused_function.RULE, "rate(a_sum[5m]) > 1", "record") == []


def test_irate_may_be_recorded(tmp_path: Path) -> None:
    assert places(tmp_path, misused_function.RULE, "irate(a_total[5m])", "record") == []


RAW = {
    ("rate(a[5m]) > 1", "{{ $value }}"): "a rate",
    ("sum(rate(a[5m])) / sum(rate(b[5m])) > 0.1", "{{ $value }} fail"): "a share",
    ("histogram_quantile(0.9, rate(a_bucket[5m])) > 1", "{{ .Value }}"): "a quantile",
    ("1 < avg_over_time(a[5m])", "{{ $value }}"): "a rate",
    ("rate(a[5m]) > 1", "{{ $value | humanize }}"): "",
    ("rate(a[5m]) > 1", "{{ printf `%.2f` $value }}"): "",
    ("rate(a[5m]) > 1", "{{ $labels.job }}"): "",
    ("rate(a[5m]) == 0", "{{ $value }}"): "",
    ("rate(a[5m]) <= 0", "{{ $value }}"): "",
    ("rate(a[5m]) <= 0 and b > 0", "{{ $value }}"): "",
    ("rate(a[5m]) <= 1", "{{ $value }}"): "a rate",
    ("count(rate(a[5m])) > 1", "{{ $value }}"): "",
    ("a > 1", "{{ $value }}"): "",
    ("rate(a[5m]) / b > 1", "{{ $value }}"): "",
    ("rate(a[5m]) * 100 > 1", "{{ $value }}"): "calculated from a rate",
    ("100 * sum(rate(a[5m])) / sum(rate(b[5m])) > 1", "{{ $value }}"): "calculated from a share",
    ("rate(a[5m]) + rate(b[5m]) > 1", "{{ $value }}"): "a rate",
    ("rate(a[5m]) - b > 1", "{{ $value }}"): "",
    ("abs(deriv(a[5m])) > 1", "{{ $value }}"): "a rate",
    ("ceil(rate(a[5m])) > 1", "{{ $value }}"): "",
    ("rate(a_seconds_sum[5m]) / rate(a_seconds_count[5m]) > 1", "{{ $value }}"): "a mean",
}


@pytest.mark.parametrize(("given", "kind"), RAW.items(), ids=str)
def test_a_value_that_is_shown_with_all_its_digits(
    tmp_path: Path, given: tuple[str, str], kind: str
) -> None:
    text = f"alert: A\nexpr: '{given[0]}'\nannotations: {{text: '{given[1]}'}}"
    found = plain_rules.messages(unformatted_value.RULE, plain_rules.project(tmp_path, text))
    assert found == ([f"the value is {kind}, and shown with all its digits."] if kind else [])


def test_what_a_recording_has_already(tmp_path: Path) -> None:
    recording = "record: job:a:rate5m\nexpr: sum by (job) (rate(a[5m]))"

    def messages(*rules: str) -> list[str]:
        return plain_rules.messages(recorded_already.RULE, plain_rules.project(tmp_path, *rules))

    again = "alert: A\nexpr: sum by(job)(rate(a[5m])) > 1"
    assert messages(recording, again) == ["`job:a:rate5m` records exactly this."]
    assert messages(again) == []
    assert messages(recording, "alert: A\nexpr: job:a:rate5m > 1") == []
    assert messages(recording, "alert: A\nexpr: sum by (job) (rate(a[1m])) > 1") == []
    assert messages(f"{recording}\nlabels: {{x: y}}", again) == []
    assert messages("record: a:b:c\nexpr: a", "alert: A\nexpr: a > 1") == []


KEPT = "storage: {tsdb: {retention: {time: 15d}}}"
REACHES = {
    "avg_over_time(a[30d]) > 1": ["it looks back 30 days, and 15 are kept."],
    "a offset 20d > 1": ["it looks back 20 days, and 15 are kept."],
    "rate(a[1d] offset 15d) > 1": ["it looks back 16 days, and 15 are kept."],
    "max_over_time(rate(a[1d])[14d:1h] offset 1d) > 1": ["it looks back 16 days, and 15 are kept."],
    "max_over_time(rate(a[1d])[14d:1h]) > 1": [],
    "a offset -20d > 1": [],
}


@pytest.mark.parametrize(("expr", "wanted"), REACHES.items(), ids=REACHES)
def test_how_far_back_an_expression_reaches(tmp_path: Path, expr: str, wanted: list[str]) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: '{expr}'", prometheus_yml=KEPT)
    assert plain_rules.messages(range_over_retention.RULE, project) == wanted


FUNCTIONS = {
    "histogram_quantile(0.9, rate(a_seconds_bucket[5m])) > 1": "humanizeDuration",
    "histogram_quantile(0.9, rate(a_milliseconds_bucket[5m])) > 1": "humanize",
    "rate(a_milliseconds_sum[5m]) / rate(a_milliseconds_count[5m]) > 1": "humanize",
    "rate(a_time_seconds_total[5m]) / rate(a_total[5m]) > 1": "humanizeDuration",
    "rate(a_seconds_total[5m]) / rate(b_seconds_total[5m]) > 1": "humanizePercentage",
    "rate(a_bytes_total[5m]) / rate(b_total[5m]) > 1": "humanize",
}


@pytest.mark.parametrize(("expr", "function"), FUNCTIONS.items(), ids=FUNCTIONS)
def test_the_function_is_that_of_the_unit(tmp_path: Path, expr: str, function: str) -> None:
    rule = f"alert: A\nexpr: {expr}\nannotations: {{text: '{{{{ $value }}}}'}}"
    (found,) = unformatted_value.RULE.check(plain_rules.project(tmp_path, rule))
    assert found.fix == f"write {{{{ $value | {function} }}}}."


UNITS = {
    "{{ $value }}s": ("humanize", [" | humanize"]),
    "{{ $value }} seconds": ("humanize", [" | humanize"]),
    "{{ $value -}} s": ("humanize", [" | humanize"]),
    "{{ $value }} since": ("humanizeDuration", [" | humanizeDuration"]),
    "{{ $value }}": ("humanizeDuration", [" | humanizeDuration"]),
}


@pytest.mark.parametrize(("text", "wanted"), UNITS.items(), ids=UNITS)
def test_a_unit_in_the_text_is_not_written_twice(
    tmp_path: Path, text: str, wanted: tuple[str, list[str]]
) -> None:
    expr = "histogram_quantile(0.9, rate(a_seconds_bucket[5m])) > 1"
    rule = f"alert: A\nexpr: {expr}\nannotations: {{text: '{text}'}}"
    (found,) = unformatted_value.RULE.check(plain_rules.project(tmp_path, rule))
    assert found.fix == f"write {{{{ $value | {wanted[0]} }}}}."
    assert [x.text for x in found.edits] == wanted[1]


def test_each_place_of_a_value_has_the_function_that_fits(tmp_path: Path) -> None:
    expr = "histogram_quantile(0.9, rate(a_seconds_bucket[5m])) > 1"
    rule = f"alert: A\nexpr: {expr}\nannotations: {{text: '{{{{ $value }}}}s, {{{{ $value }}}}'}}"
    (found,) = unformatted_value.RULE.check(plain_rules.project(tmp_path, rule))
    assert (
        found.fix == "write {{ $value | humanize }} before a unit, and humanizeDuration elsewhere."
    )
    assert [x.text for x in found.edits] == [" | humanize", " | humanizeDuration"]


def test_the_per_cent_sign_of_a_share_is_the_functions(tmp_path: Path) -> None:
    expr = "rate(a_total[5m]) / rate(b_total[5m]) > 0.1"
    rule = f"alert: A\nexpr: {expr}\nannotations: {{text: '{{{{ $value }}}}% fail'}}"
    (found,) = unformatted_value.RULE.check(plain_rules.project(tmp_path, rule))
    assert found.fix == (
        "write {{ $value | humanizePercentage }} without the % after it, which it writes itself."
    )
    assert found.edits == ()


@pytest.mark.parametrize(
    ("name", "level", "start"),
    [
        ("a_errors_total", "warning", "`delta` reads the restart of the counter"),
        ("a_total", "info", "`a_total` has the name of a counter"),
    ],
)
def test_a_gauge_may_have_the_name_of_a_counter(
    tmp_path: Path, name: str, level: str, start: str
) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: delta({name}[5m]) > 1")
    (found,) = misused_function.RULE.check(project)
    assert (found.level.value, found.message.startswith(start)) == (level, True)


SAID = {
    "delta(a_total[5m]) > 1":
        "`a_total` has the name of a counter, of which `delta` reads a restart as a fall.",
    "rate(a_sum[5m]) > 1": "`a_sum` adds up all values, and grows with their number.",
}  # fmt: skip


@pytest.mark.parametrize(("expr", "message"), SAID.items(), ids=SAID)
def test_says_what_a_function_reads(tmp_path: Path, expr: str, message: str) -> None:
    project = plain_rules.project(tmp_path, f"alert: A\nexpr: '{expr}'")
    assert plain_rules.messages(misused_function.RULE, project) == [message]
