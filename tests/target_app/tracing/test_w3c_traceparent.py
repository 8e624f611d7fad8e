"""What is a traceparent, and what is not: the standard's own cases, and a stranger's."""

import pytest

from target_app.tracing import w3c_traceparent

TRACE, SPAN = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
WELL_FORMED = {
    "of today": (f"00-{TRACE}-{SPAN}-01", "sampled"),
    "not sampled": (f"00-{TRACE}-{SPAN}-00", "left out"),
    "with a flag that we do not know": (f"00-{TRACE}-{SPAN}-ff", "sampled"),
    "of a later version": (f"cc-{TRACE}-{SPAN}-01", "sampled"),
    "of a later version that says more": (
        f"cc-{TRACE}-{SPAN}-01-what-comes",
        "sampled",
    ),
    "with blanks around it": (f" \t00-{TRACE}-{SPAN}-01 ", "sampled"),
}
REFUSED = {
    "nothing": "",
    "a version that is none": f"ff-{TRACE}-{SPAN}-01",
    "today's version that says more": f"00-{TRACE}-{SPAN}-01-more",
    "no trace": f"00-{'0' * 32}-{SPAN}-01",
    "no span": f"00-{TRACE}-{'0' * 16}-01",
    "capitals": f"00-{TRACE.upper()}-{SPAN}-01",
    "too short": f"00-{TRACE[1:]}-{SPAN}-01",
    "no flags": f"00-{TRACE}-{SPAN}",
    "digits of another script": f"00-{'٣' * 32}-{SPAN}-01",
    "another header after it": f"00-{TRACE}-{SPAN}-01\r\nX-Admin: yes",
    "a line of a log after it": f"cc-{TRACE}-{SPAN}-01-a\n{{}}",
    "a flood": f"cc-{TRACE}-{SPAN}-01-{'x' * 16_384}",
    "a question": "' OR 1=1 --",
}


@pytest.mark.parametrize(("text", "sampled"), WELL_FORMED.values(), ids=WELL_FORMED)
def test_what_is_one_is_read(text: str, sampled: str) -> None:
    found = w3c_traceparent.read(text)
    assert found is not None
    assert str(found).startswith(f"00-{TRACE}-{SPAN}-")
    assert found.is_sampled is (sampled == "sampled")


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_what_is_none_is_nothing(text: str) -> None:
    assert w3c_traceparent.read(text) is None


def test_a_new_one_begins_a_trace_of_its_own() -> None:
    one, other = (
        w3c_traceparent.read(w3c_traceparent.new()),
        w3c_traceparent.read(w3c_traceparent.new()),
    )
    assert one is not None
    assert other is not None
    assert one.trace_id != other.trace_id
