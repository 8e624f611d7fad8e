"""A project or a file that holds nothing: each command says so."""

from pathlib import Path

import pytest

from tests.conftest import WriteProject
from toolkit.cli.main import run

Said = pytest.CaptureFixture[str]


@pytest.fixture
def bare(shop: WriteProject) -> Path:
    """A project that measures something, and neither alerts nor draws."""
    root = shop()
    for path in (*root.glob("shop/alerts/*/*.py"), *root.glob("shop/dashboards/[!_]*.py")):
        path.unlink()
    for name in ("alerts", "dashboards"):
        (root / "shop" / name / "__init__.py").write_text('"""None yet."""\n', encoding="utf-8")
    return root


COMMANDS: dict[str, tuple[tuple[str, ...], int, str]] = {
    "a drill": (
        ("drill",),
        2,
        "the project declares no alert, so that a drill would",
    ),
    "a preview": (("preview",), 2, "the project has no dashboard to draw"),
    "tests": (("test",), 0, "coverage: no alerts and no recordings, so nothing to prove"),
    "mutants": (
        ("test", "--mutate"),
        1,
        "mutation: there is no rule to change, so nothing is known",
    ),
}


@pytest.mark.usefixtures("bare")
@pytest.mark.parametrize(("words", "status", "said"), COMMANDS.values(), ids=COMMANDS)
def test_a_project_without_definitions(
    words: tuple[str, ...], status: int, said: str, capsys: Said
) -> None:
    assert run([*words]) == status
    out, err = capsys.readouterr()
    assert said in out + err
    assert "0.0%" not in out


@pytest.mark.programs
def test_files_without_rules_or_tests(tmp_path: Path, capsys: Said) -> None:
    rules, tests = tmp_path / "rules.yml", tmp_path / "tests.yml"
    rules.write_text("groups: []\n", encoding="utf-8")
    tests.write_text("rule_files: [rules.yml]\ntests: []\n", encoding="utf-8")
    words = ["test", f"--rules={rules}", f"--tests={tests}"]
    assert run(words) == 2
    assert capsys.readouterr().err == (
        f"error: {tests}: no test, so that nothing would be tested.\n"
        "  fix: write tests below `tests:`, or let --write-cases FOLDER write them.\n"
    )
    words.append(f"--write-cases={tmp_path / 'cases'}")
    assert run([*words, "--mutate", "--coverage"]) == 1
    out = capsys.readouterr().out
    assert "coverage: the files have no rules, so nothing to prove\n" in out
    assert "mutation: there is no rule to change, so nothing is known\n" in out
