"""`toolkit system-test`: which scenarios run, how they are shown, and what is refused."""

import json
from xml.etree import ElementTree as ET

import pytest

from target_app.services.system_test.command import main
from target_app.services.system_test.report import as_json, as_junit, as_text
from target_app.services.system_test.run import SCENARIOS, ScenarioResult
from toolkit.errors import UsageError

RESULTS = [
    ScenarioResult(scenario=SCENARIOS[0], seconds=1.0, figures={"call": "P50 1 ms"}),
    ScenarioResult(scenario=SCENARIOS[10], seconds=2.0, failure="ai does not answer"),
]


def test_the_list_names_every_scenario_and_runs_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--list"]) == 0
    out = capsys.readouterr().out
    assert [line.split()[0] for line in out.splitlines()[1:]] == [x.name for x in SCENARIOS]
    assert main(["--list", "--only", "end-to-end"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 9


def test_one_scenario_runs_in_memory_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["readiness", "--bus", "memory:"]) == 0
    out, err = capsys.readouterr()
    assert out.startswith("System test on a bus in memory\n\nintegration:\n  ✓ readiness (")
    assert out.endswith("Results: 1/1 scenarios passed\n")
    assert "[1/1] readiness: Each service says that it is ready." in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["readyness"], "there is no scenario 'readyness'; did you mean 'readiness'?"),
        (["--bsu", "memory:"], "unknown option '--bsu'; did you mean '--bus'?"),
        (["readiness", "--only", "end-to-end"], "none of readiness is of the list end-to-end."),
    ],
)
def test_a_mistake_is_named(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        main(words)
    assert message in caught.value.message


def test_text_shows_figures_and_failures() -> None:
    text = as_text(RESULTS, "Redis")
    assert "  ✓ health-of-all (1.00 s): Each service" in text
    assert "      call: P50 1 ms\n" in text
    assert "  ✗ health-and-uptime (2.00 s): Each service" in text
    assert "      failed: ai does not answer\n" in text
    assert text.endswith("Results: 1/2 scenarios passed\n")


def test_json_and_junit_say_the_same() -> None:
    document = json.loads(as_json(RESULTS, "Redis"))
    assert (document["bus"], document["passed"], document["total"]) == ("Redis", 1, 2)
    assert [x["failure"] for x in document["scenarios"]] == ["", "ai does not answer"]
    root = ET.fromstring(as_junit(RESULTS, "Redis").partition("\n")[2])
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    assert [suite.get("name") for suite in root] == ["integration", "end-to-end"]
