"""JUnit's XML: counts of suites and of the whole, and texts that XML cannot hold."""

from xml.etree import ElementTree as ET

from toolkit.formats.junit_xml import Case, Ending, Suite, junit_xml

SUITES = [
    Suite("first", [Case("a"), Case("b", Ending.FAILED, "it broke", "at\x00 length")], 1.5),
    Suite(
        "second", [Case("c", Ending.UNKNOWN, "no answer"), Case("d", Ending.SKIPPED, "not here")]
    ),
]


def test_every_suite_and_the_whole_have_their_counts() -> None:
    root = ET.fromstring(junit_xml("all", SUITES))
    names = ("tests", "failures", "errors", "skipped")
    assert [root.get(name) for name in names] == ["4", "1", "1", "1"]
    assert [[suite.get(name) for name in names] for suite in root] == [
        ["2", "1", "0", "0"],
        ["2", "0", "1", "1"],
    ]
    assert [suite.get("time") for suite in root] == ["1.500", None]


def test_a_case_says_how_it_ended_in_one_line_and_at_length() -> None:
    cases = {
        case.get("name"): case for case in ET.fromstring(junit_xml("all", SUITES)).iter("testcase")
    }
    assert list(cases["a"]) == []
    failure = cases["b"].find("failure")
    assert failure is not None
    assert (failure.get("message"), failure.text) == ("it broke", "at\ufffd length")
    error = cases["c"].find("error")
    assert error is not None
    assert (error.get("message"), error.text) == ("no answer", "no answer")
    assert cases["d"].find("skipped") is not None
