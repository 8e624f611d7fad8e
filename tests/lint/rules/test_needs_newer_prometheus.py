"""`needs-newer-prometheus`: one function that Prometheus does not know costs the whole file."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support import plain_rules, promtool_verdicts
from tests.support.required_programs import PROMTOOL
from toolkit.lint.rules.needs_newer_prometheus import EXPERIMENTAL, RULE, UNTIL
from toolkit.prometheus.releases import SINCE
from toolkit.prometheus.server_facts import ServerFacts


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
    ("rate(x[5m]) > 1", (2, 42)): [],
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
        unknown = "unknown function" in refusal or "unexpected identifier" in refusal
        assert refusal, "it was called with too many arguments"
        assert unknown is not knows, f"{name} on {release}: {refusal}"
    assert set(SINCE) >= EXPERIMENTAL
