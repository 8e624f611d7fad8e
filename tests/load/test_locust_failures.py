"""What is said of a run that sent nothing, by what Locust had written."""

import traceback
from pathlib import Path

import pytest

from toolkit.errors import ToolkitError, UnreachableError, UsageError
from toolkit.load.load_plan import LoadPlan
from toolkit.load.locust_failures import ScenarioError, own_traceback, sent_nothing

PLAN = LoadPlan(scenario="buy", url="http://127.0.0.1:9")

LOGS: dict[str, tuple[str, type[ToolkitError], str]] = {
    "no workers": ("Gave up waiting for workers", UnreachableError, "not enough workers came"),
    "a port in use": ("was busy. Close any applications", UsageError, "listens on the master's"),
    "no users": ("ERROR/locust.main: No User class found!", ScenarioError, "no class of users"),
    "anything else": ("a\nb\n", ScenarioError, "the scenario sent nothing: \n    a\n    b"),
    "nothing": ("\n", ScenarioError, "the scenario sent nothing: it ended, and said nothing."),
    "our own error": (
        'Traceback (most recent call last):\n  File "x"\ntoolkit.errors.UsageError: rows.csv: '
        "is empty.\n  fix: write a row.\n",
        ScenarioError,
        "buy: rows.csv: is empty.\n  fix: write a row.",
    ),
}


@pytest.mark.parametrize("name", LOGS)
def test_what_is_known_is_said_in_words(name: str) -> None:
    log, kind, words = LOGS[name]
    error = sent_nothing(PLAN, log)
    assert type(error) is kind
    assert words in str(error)


def raised(code: str, tmp_path: Path) -> str:
    """The traceback of a scenario's file, as Python writes it."""
    file = tmp_path / "buy.py"
    file.write_text(code, encoding="utf-8")
    try:
        exec(compile(code, str(file), "exec"), {"__name__": "buy"})  # noqa: S102 - our own text
    except Exception:  # noqa: BLE001 - whatever it is
        return traceback.format_exc().replace(__file__, "<frozen test>")
    return ""


WRONG = {
    "a name": ("RATE = 5\nPRICE = rat\n", "NameError: name 'rat' is not defined", 2),
    "syntax": ("def buy(:\n    pass\n", "SyntaxError: invalid syntax", 1),
    "in the library": ("import json\n\njson.loads('{')\n", "json.decoder.JSONDecodeError: ", 3),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_file_that_cannot_be_loaded_is_named_with_its_line_and_no_other(
    name: str, tmp_path: Path
) -> None:
    code, words, line = WRONG[name]
    log = f"INFO: starting\n{raised(code, tmp_path)}"
    found = own_traceback(log)
    assert found.startswith(words)
    assert found.count("File ") == 1
    assert f'buy.py", line {line}' in found
    message = str(sent_nothing(PLAN, log))
    assert message == f"buy: the scenario cannot be loaded: {found}"


REFUSED = {
    "without its name": (
        'DefaultLoad("ten")',
        '{}:4: DefaultLoad("ten"): "ten" is given without a name; every argument needs one.\n'
        "  fix: write its name: rate=…, seconds=…, loop=…, shape=…, thresholds=…",
    ),
    "no number": (
        'DefaultLoad(rate="ten")',
        '{}:4: DefaultLoad("ten"): rate is "ten"; it must be a number above 0.',
    ),
    "no threshold": (
        'DefaultLoad(thresholds=("p95<1",))',
        "{}:4: threshold 'p95<1': not of the form [name: ]figure operator value.\n"
        '  fix: write it like "p(95)<100", "webhook: valid: p(99)<=0.5s" or "rps>=1000".',
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("below", [True, False], ids=["in the folder", "elsewhere"])
def test_what_the_toolkit_refuses_is_said_at_the_scenarios_line(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, below: bool
) -> None:
    given, words = REFUSED[name]
    code = f"from toolkit.load.workload import DefaultLoad\n\nclass Buyer:\n    load = {given}\n"
    log = raised(code, tmp_path)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path if below else tmp_path / "other")
    where = "buy.py" if below else tmp_path / "buy.py"
    assert str(sent_nothing(PLAN, f"INFO: starting\n{log}")) == words.format(where)


def test_a_log_without_a_traceback_has_none() -> None:
    assert own_traceback("INFO: starting\n") == ""
