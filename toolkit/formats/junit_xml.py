"""JUnit's XML, as continuous integration reads it: suites of cases, each with how it ended.

Source: https://github.com/testmoapp/junitxml
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from xml.etree import ElementTree as ET


class Ending(StrEnum):
    """How a case ended; the value is the element that says so."""

    PASSED = ""
    FAILED = "failure"
    UNKNOWN = "error"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name, how it ended, one line about it, and all that is to be said."""

    name: str
    ending: Ending = Ending.PASSED
    message: str = ""
    text: str = ""
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Suite:
    """Cases that belong together. `seconds` is how long they took, where that is known."""

    name: str
    cases: Sequence[Case]
    seconds: float | None = None


def junit_xml(name: str, suites: Sequence[Suite]) -> str:
    """The document: a `testsuite` for each suite, all with their counts. Ends with a line feed."""
    root = ET.Element("testsuites", name=_printable(name))
    _count(root, [case for suite in suites for case in suite.cases])
    for suite in suites:
        _add(root, suite)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="utf-8"?>\n{body}\n'


def _count(node: ET.Element, cases: Sequence[Case]) -> None:
    node.set("tests", str(len(cases)))
    for attribute, ending in (
        ("failures", Ending.FAILED),
        ("errors", Ending.UNKNOWN),
        ("skipped", Ending.SKIPPED),
    ):
        node.set(attribute, str(sum(case.ending is ending for case in cases)))


def _add(root: ET.Element, suite: Suite) -> None:
    name = _printable(suite.name)
    node = ET.SubElement(root, "testsuite", name=name)
    _count(node, suite.cases)
    if suite.seconds is not None:
        node.set("time", f"{suite.seconds:.3f}")
    for case in suite.cases:
        element = ET.SubElement(node, "testcase", classname=name, name=_printable(case.name))
        if case.seconds is not None:
            element.set("time", f"{case.seconds:.3f}")
        if case.ending is not Ending.PASSED:
            message = _printable(case.message).strip()
            end = ET.SubElement(element, case.ending.value, message=message)
            end.text = _printable(case.text or case.message).strip()


def _printable(text: str) -> str:
    """The text without what XML cannot hold."""
    return "".join(c if c.isprintable() or c in "\n\t" else "�" for c in text)
