"""Rules as a set: each is documented, found by its file's name, and can be explained."""

import ast
import functools
import inspect
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from textwrap import dedent

import pytest

from tests.conftest import WriteProject
from tests.support import plain_rules, project_builder
from toolkit.cli.main import run
from toolkit.config.lint_settings import LintSettings
from toolkit.config.pyproject import Config
from toolkit.errors import ConfigurationError, DefinitionError, UsageError
from toolkit.findings import Allow, Finding, Level, Location
from toolkit.lint import run as linting
from toolkit.lint.rule import Rule
from toolkit.prometheus.located_expressions import Expression
from toolkit.prometheus.rules import WrittenRule

HERE = Path(__file__).parent
RULES = linting.rules(linting.RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_says_what_why_how_and_where_from(rule: Rule) -> None:
    text = rule.explanation
    assert re.fullmatch(r"[A-Z`].*\.", rule.title), rule.title
    assert "\n\nWhy: " in text
    assert re.search(r"^    .+", text, re.MULTILINE), "it has no example"
    assert "bad" in text
    assert "good" in text
    assert "\n\nExempt: " in text
    assert re.search(r"^Source: https://", text, re.MULTILINE), "it names no source"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_has_its_tests(rule: Rule) -> None:
    name = rule.id.replace("-", "_")
    assert any(name in text or rule.id in text for text in texts_of_tests())


@functools.cache
def texts_of_tests() -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in HERE.rglob("test_*.py"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_leaves_it_to_rule_at_to_make_findings(rule: Rule) -> None:
    text = inspect.getsource(sys.modules[rule.check.__module__])
    calls = (node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    assert "Finding" not in {ast.unparse(function) for function in calls}


def test_a_finding_says_which_rule_where_what_and_whether_it_is_allowed() -> None:
    rule = Rule("too-loud", Level.WARNING, lambda _project: iter(()))
    place = Location("a.py", 3)
    allow = (Allow("other", reason="x"), Allow("too-loud", reason="it is far away"))
    assert rule.at(place, "Bell", "it rings.", fix="muffle it.", allow=allow) == Finding(
        rule="too-loud",
        level=Level.WARNING,
        message="it rings.",
        fix="muffle it.",
        location=place,
        subject="Bell",
        allowed="it is far away",
    )
    assert rule.at(place, "Bell", "it rings.", allow=allow[:1]).allowed == ""


def test_a_finding_is_at_the_characters_of_an_expression_or_at_the_field_of_a_rule() -> None:
    rule = Rule("too-loud", Level.WARNING, lambda _project: iter(()))
    written = WrittenRule(
        name="Bell",
        is_alert=True,
        expr="a > 1",
        location=Location("r.yml", 2),
        places={"for": Location("r.yml", 5, 7), "expr": Location("r.yml", 4)},
        lines=(Location("r.yml", 4, 11),),
        allow=(Allow("too-loud", reason="tested"),),
    )
    found = rule.at_span(Expression.of(written), (4, 5), "m", fix="f")
    assert (found.location, found.subject) == (Location("r.yml", 4, 15), "Bell.expr")
    assert (found.excerpt, found.span, found.allowed) == ("a > 1", (4, 5), "tested")
    found = rule.at_field(written, "for", "m", fix="f")
    assert (found.location, found.subject) == (Location("r.yml", 5, 7), "Bell.for")
    assert (found.excerpt, found.span, found.allowed) == ("", None, "tested")
    found = rule.at_field(written, "", "m", fix="f")
    assert (found.location, found.subject) == (Location("r.yml", 2), "Bell")


def test_a_finding_is_sorted_by_place() -> None:
    project = project_builder.project(
        alerts=(
            project_builder.alert("B", "nope > 1"),
            project_builder.alert("A", "app_events_total > 1"),
        )
    )
    found = linting.run(project, RULES, ("unknown-metric", "counter-without-rate"))
    assert [x.subject for x in found] == sorted(x.subject for x in found)


def test_an_unknown_rule_is_guessed_at() -> None:
    with pytest.raises(UsageError, match="unknown rule 'unknown-metrik'; did you mean"):
        linting.run(project_builder.project(), RULES, ("unknown-metrik",))


def test_a_package_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "houserules"
    package.mkdir()
    (package / "__init__.py").write_text("", encoding="utf-8")
    rule = """\
        from toolkit.findings import Level
        from toolkit.lint.run import Rule

        RULE = Rule("{name}", Level.ERROR, lambda project: iter(()))
    """
    path = package / "no_fridays.py"
    path.write_text(dedent(rule.format(name="no-fridays")), encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert [x.id for x in linting.rules(("houserules",))] == ["no-fridays"]
    path.write_text(dedent(rule.format(name="no-monday")), encoding="utf-8")
    for name in ("houserules", "houserules.no_fridays"):
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(DefinitionError, match="does not export RULE with the name 'no-fridays'"):
        linting.rules(("houserules",))
    with pytest.raises(ConfigurationError, match="'nowhere': there is no such module"):
        linting.rules(("nowhere",))


@pytest.mark.parametrize("command", ["lint", "explain"])
def test_the_package_that_held_the_rules_before_is_refused_with_both_that_do(
    command: str, shop: WriteProject, capsys: pytest.CaptureFixture[str]
) -> None:
    held = '["toolkit.lint.rules", "toolkit.lint.dashboard_rules"]'
    both = json.dumps(list(linting.RULES))
    shop({"pyproject.toml": (held, '["toolkit.lint", "shop.rules"]')})
    assert run([command]) == 2
    err = capsys.readouterr().err
    assert "[tool.toolkit] lint: 'toolkit.lint' is not a package of rules any more." in err
    assert f'fix: write lint = {both[:-1]}, "shop.rules"].' in err


def test_the_rules_of_the_toolkit_run_where_none_are_configured() -> None:
    assert Config(root=Path("/nowhere"), catalogue="").lint == linting.RULES


def test_explain_shows_the_docstring(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "rate-after-sum"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("rate-after-sum (error)\n\nA rate is taken of a sum of counters.\n")
    assert "sum(rate(execution_orders_total[5m]))           # good" in text


def test_explain_without_a_name_lists_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(" ")[0] for line in lines] == [rule.id for rule in RULES]


def test_explain_guesses(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "rate-after-sums"]) == 2
    assert "did you mean 'rate-after-sum'?" in capsys.readouterr().err


PLAIN = """\
groups:
- name: a
  rules:
  - alert: Down
    expr: |
      sum by (job) (up == 0)
        > bool 3
    annotations:
      text: "{{ $labels.instance }}"
"""


def test_rule_files_are_linted_without_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yml").write_text(PLAIN, encoding="utf-8")
    assert run(["lint", "rules.yml"]) == 1
    out = capsys.readouterr().out
    assert "error[alert-always-fires] rules.yml:6:7 Down.expr" in out
    assert "warning[template-reads-missing-label] rules.yml:9:13 Down.annotations.text" in out
    assert "1 error, 1 warning" in out


def test_a_reason_in_a_comment_allows_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    allowed = PLAIN.replace(
        "    expr", "    # allow alert-always-fires: a watchdog\n    expr"
    ).replace("$labels.instance", "$labels.job")
    path = tmp_path / "rules.yml"
    path.write_text(allowed, encoding="utf-8")
    assert run(["lint", "rules.yml"]) == 0
    assert "1 allowed with a reason" in capsys.readouterr().out
    path.write_text(allowed.replace(" a watchdog", ""), encoding="utf-8")
    assert run(["lint", "rules.yml"]) == 1
    assert "Allow('alert-always-fires') has no reason." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lint", "none.yml"], "none.yml: no such file or folder."),
        (["lint", "--prometheus", "p.yml"], "--prometheus is for rule files."),
        (["lint", "rules.yml", "--prometheus", "p.yml"], "p.yml: "),
    ],
)
def test_wrong_command_lines(
    arguments: list[str],
    message: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yml").write_text(PLAIN, encoding="utf-8")
    assert run(arguments) == 2
    assert message in capsys.readouterr().err


def test_the_interval_comes_from_the_given_prometheus_yml(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    rule = "groups:\n- name: a\n  rules:\n  - {alert: X, expr: 'rate(a_total[2m]) > 1'}\n"
    (tmp_path / "rules.yml").write_text(rule, encoding="utf-8")
    (tmp_path / "p.yml").write_text("global: {scrape_interval: 1m}\n", encoding="utf-8")
    assert run(["lint", "rules.yml"]) == 0
    assert run(["lint", "rules.yml", "--prometheus", "p.yml"]) == 1
    assert "rules.yml:4:28 X.expr" in capsys.readouterr().out


def test_levels_are_what_the_docs_say() -> None:
    assert {rule.id for rule in RULES if rule.level is Level.INFO} == {
        "count-in-short", "editable-dashboard", "missing-target-variable",
        "panel-without-description",
        "group-by-without-alertname", "read-before-recorded", "recorded-already",
        "recording-name", "redundant-regexp", "substring-regexp", "unformatted-value",
        "zero-duration",
    }  # fmt: skip


def test_a_level_is_raised_lowered_or_off(tmp_path: Path) -> None:
    project = plain_rules.project(tmp_path, "record: a\nexpr: up", "alert: X\nexpr: up")

    def levels(**given: str) -> dict[str, Level]:
        settings = LintSettings(levels={name.replace("_", "-"): x for name, x in given.items()})
        changed = replace(project, config=replace(project.config, lint_settings=settings))
        return {x.rule: x.level for x in linting.run(changed, RULES)}

    before = levels()
    assert before["recording-name"] is Level.INFO
    assert before["alert-always-fires"] is Level.ERROR
    after = levels(recording_name="error", alert_always_fires="off")
    assert after["recording-name"] is Level.ERROR
    assert "alert-always-fires" not in after
    with pytest.raises(ConfigurationError, match="lint levels: unknown rule 'recording-nam'"):
        levels(recording_nam="off")


def test_a_folder_of_rules_has_settings_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    plain_rules.project(tmp_path, "record: a\nexpr: up")
    assert run(["lint", "rules.yml"]) == 0
    (tmp_path / ".toolkit-lint.toml").write_text('[levels]\nrecording-name = "error"\n')
    assert run(["lint", "rules.yml"]) == 1
    assert "error[recording-name] rules.yml:4:13 a.record" in capsys.readouterr().out
    (tmp_path / ".toolkit-lint.toml").write_text("[level]\n")
    assert run(["lint", "rules.yml"]) == 2
    assert "toolkit-lint.toml:1: unknown key 'level'" in capsys.readouterr().err
