"""The results as text for people, as JSON and JUnit for programs."""

import json
from collections.abc import Sequence

from target_app.services.system_test.run import ScenarioResult
from target_app.services.system_test.scenario import Scenario, ScenarioList
from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml
from toolkit.formats.tables import text_table

FORMATS = ("text", "json", "junit")


def listing(scenarios: Sequence[Scenario]) -> str:
    """Names, lists and claims as a table."""
    rows = [(x.name, x.of.value, x.claim) for x in scenarios]
    return text_table(("scenario", "list", "claim"), rows) + "\n"


def as_text(results: Sequence[ScenarioResult], bus: str) -> str:
    """A line for each scenario, its figures, and what failed."""
    lines = [f"System test on {bus}"]
    for of in ScenarioList:
        chosen = [x for x in results if x.scenario.of is of]
        if chosen:
            lines += ["", f"{of.value}:"]
        for x in chosen:
            mark = "✓" if x.passed else "✗"
            lines.append(f"  {mark} {x.scenario.name} ({x.seconds:.2f} s): {x.scenario.claim}")
            lines += [f"      {name}: {value}" for name, value in x.figures.items()]
            if x.failure:
                lines.append(f"      failed: {x.failure}")
    passed = sum(x.passed for x in results)
    lines += ["", f"Results: {passed}/{len(results)} scenarios passed"]
    return "\n".join(lines) + "\n"


def as_json(results: Sequence[ScenarioResult], bus: str) -> str:
    """One object: the bus, the counts, the scenarios."""
    document = {
        "bus": bus,
        "passed": sum(x.passed for x in results),
        "total": len(results),
        "scenarios": [
            {
                "name": x.scenario.name,
                "list": x.scenario.of.value,
                "claim": x.scenario.claim,
                "passed": x.passed,
                "seconds": round(x.seconds, 3),
                "figures": x.figures,
                "failure": x.failure,
            }
            for x in results
        ],
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def as_junit(results: Sequence[ScenarioResult], bus: str) -> str:
    """A suite for each of the two lists."""
    suites = [
        Suite(
            of.value,
            [
                Case(
                    x.scenario.name,
                    Ending.PASSED if x.passed else Ending.FAILED,
                    message=x.failure,
                    seconds=x.seconds,
                )
                for x in results
                if x.scenario.of is of
            ],
        )
        for of in ScenarioList
    ]
    return junit_xml(f"system test on {bus}", [suite for suite in suites if suite.cases])


WRITERS = {"text": as_text, "json": as_json, "junit": as_junit}
