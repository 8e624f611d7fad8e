"""`needs-newer-prometheus`: one function that Prometheus does not know costs the whole file."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import plain_rules, promtool_verdicts
from tests.support.required_programs import PROMTOOL
from toolkit.lint.rules.needs_newer_prometheus import RULE
from toolkit.prometheus.facts_from_prometheus_yml import ServerFacts
from toolkit.prometheus.syntax_by_release import EXPERIMENTAL, SINCE, UNTIL


def messages(folder: Path, expr: str, release: tuple[int, int] | None) -> list[str]:
    project = plain_rules.project(folder, f"alert: A\nexpr: '{expr}'")
    assert project.plain is not None
    known = replace(project.plain, server=ServerFacts(release=release))
    return plain_rules.messages(RULE, replace(project, plain=known))


CASES = {
    ("histogram_avg(x) > 1", (2, 42)): [
        "`histogram_avg` needs Prometheus 2.51, and 2.42 loads it."],
    ("histogram_avg(x) > 1", (2, 51)): [],
    ("histogram_avg(x) > 1", None): [],
    ("limitk(3, x) > 1", (2, 42)): ["`limitk` needs Prometheus 2.54, and 2.42 loads it."],
    ("limitk(3, x) > 1", (3, 5)): [
        "`limitk` is experimental: Prometheus refuses it without "
        "--enable-feature=promql-experimental-functions."],
    ("holt_winters(x[5m], 0.5, 0.5) > 1", (3, 0)): [
        "`holt_winters` is not there since Prometheus 3.0."],
    ("holt_winters(x[5m], 0.5, 0.5) > 1", (2, 42)): [],
    ("holt_winters(x[5m], 0.5, 0.5) > 1", None): [
        "`holt_winters` is not there since Prometheus 3.0."],
    ("rate(x[5m]) > 1", (2, 42)): [],
    ("first_over_time(x[5m]) > 1", (3, 13)): [
        "`first_over_time` is experimental: Prometheus refuses it without "
        "--enable-feature=promql-experimental-functions."],
    ("first_over_time(x[5m]) > 1", (3, 14)): [],
    ("first_over_time(x[5m]) > 1", None): [],
    ("integral(x[5m]) > max_of(1, 2)", (3, 12)): [
        "`integral` needs Prometheus 3.16, and 3.12 loads it.",
        "`max_of` needs Prometheus 3.13, and 3.12 loads it."],
    ("a / fill(0) b > 1", None): [
        "`fill` is experimental: Prometheus refuses it without "
        "--enable-feature=promql-binop-fill-modifiers."],
    ("a / on (x) fill_left(0) b > 1", (3, 9)): [
        "`fill` needs Prometheus 3.10, and 3.9 loads it."],
    ("x > 1_000", (2, 53)): ["`_` in a number needs Prometheus 2.54, and 2.53 loads it."],
    ("x > 1_000", (2, 54)): [],
    ("x > 5m", (2, 53)): ["a duration as a number needs Prometheus 2.54, and 2.53 loads it."],
    ("rate(x[300]) > 1", (2, 53)): [
        "a duration without a unit needs Prometheus 2.54, and 2.53 loads it."],
    ("rate(x[5m]) > 300", (2, 53)): [],
    ("rate(x[3e2]) > 1", (2, 53)): [
        "a duration without a unit needs Prometheus 2.54, and 2.53 loads it."],
    ("x offset 300 > 1", (2, 53)): [
        "a duration without a unit needs Prometheus 2.54, and 2.53 loads it."],
    ("rate(x[5m:30]) > 1", (2, 53)): [
        "a duration without a unit needs Prometheus 2.54, and 2.53 loads it."],
    ('x{a="[5] offset 5"} offset 5m > 5', (2, 53)): [],
    ("rate(x[5m:1m] offset 1h) > 1", (2, 53)): [],
    ("x offset 0s > 1", (3, 3)): [
        "an offset of nothing needs Prometheus 3.4, and 3.3 loads it."],
    ("x offset 0s > 1", (3, 4)): [],
    ('x{a="offset 0s"} > 1', (3, 3)): [],
    ('x{a=~"(?<n>b)"} > 1', (2, 50)): [
        "`(?<name>…)` needs Prometheus 2.51, and 2.50 loads it."],
    ('rate(x{a=~"(?<n>b)"}[5m]) > 1', (2, 50)): [
        "`(?<name>…)` needs Prometheus 2.51, and 2.50 loads it."],
    ('x{a=~"(?<n>b)"} > 1', (2, 51)): [],
    ('x{a=~"(?P<n>b)"} > 1', (2, 50)): [],
    ('{"http.requests"} > 1', (2, 55)): [
        "a name in quotes needs Prometheus 3.0, and 2.55 loads it."],
    ('{a="b", "http.requests"} > 1', (2, 55)): [
        "a name in quotes needs Prometheus 3.0, and 2.55 loads it."],
    ('x{"a.b"="c"} > 1', (2, 55)): ["a name in quotes needs Prometheus 3.0, and 2.55 loads it."],
    ('sum by ("a.b") (x) > 1', (2, 55)): [
        "a name in quotes needs Prometheus 3.0, and 2.55 loads it."],
    ('sum by ("a.b") ({"c.d", e="f"}) > 1', (3, 0)): [],
    ('x{a="b,c", e=~"f|g"} > 1', (2, 42)): [],
}  # fmt: skip


@pytest.mark.parametrize(("asked", "wanted"), CASES.items(), ids=str)
def test_what_a_release_does_not_know(
    tmp_path: Path, asked: tuple[str, tuple[int, int] | None], wanted: list[str]
) -> None:
    assert messages(tmp_path, *asked) == wanted


@PROMTOOL
def test_promtool_knows_just_the_functions_that_its_release_should(tmp_path: Path) -> None:
    release = promtool_verdicts.release()
    names = sorted({*SINCE, *UNTIL})
    alert = "groups:\n- name: g\n  rules:\n  - alert: A\n    expr: {}(up, up, up, up, up, up)\n"
    told = promtool_verdicts.refusals(tmp_path, [alert.format(name) for name in names])
    for name, refusal in zip(names, told, strict=True):
        knows = SINCE.get(name, (0, 0)) <= release < UNTIL.get(name, (99, 0))
        # Before they were functions, start and end stood behind `@` alone.
        words = ("unknown function", "unexpected identifier", 'unexpected "("')
        unknown = any(word in refusal for word in words)
        assert refusal, "it was called with too many arguments"
        assert unknown is not knows, f"{name} on {release}: {refusal}"
    assert set(SINCE) >= set(EXPERIMENTAL)


TEMPLATES = {
    ("{{ now }}", (3, 5)): ["`now` needs Prometheus 3.6, and 3.5 loads it."],
    ("{{ now }}", (3, 6)): [],
    ("{{ now }}", None): [],
    ("{{ $labels.now }} now", (3, 5)): [],
    ("{{ toDuration 5 }}", (2, 42)): ["`toDuration` needs Prometheus 3.6, and 2.42 loads it."],
    ("{{ with $value }}a{{ else with $value }}b{{ end }}", (2, 55)): [
        "`else with` needs Prometheus 3.0, and 2.55 loads it."
    ],
    ("{{ with $value }}a{{ else }}b{{ end }}", (2, 55)): [],
    ("{{ now", (2, 55)): [],
}


@pytest.mark.parametrize(("given", "wanted"), TEMPLATES.items(), ids=str)
def test_a_template_of_a_newer_prometheus(
    tmp_path: Path, given: tuple[str, tuple[int, int] | None], wanted: list[str]
) -> None:
    text, release = given
    rule = f"alert: A\nexpr: up == 0\nannotations: {{a: '{text}'}}"
    project = plain_rules.project(tmp_path, rule)
    assert project.plain is not None
    known = replace(project.plain, server=ServerFacts(release=release))
    assert plain_rules.messages(RULE, replace(project, plain=known)) == wanted
