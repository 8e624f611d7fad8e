"""What of Prometheus 3 is left unjudged, and for which release that is a warning."""

import pytest

from toolkit.findings import Level
from toolkit.prometheus.unparsed_syntax_and_feature_flags import unread
from toolkit.promql import PromQLError, parse

EXTENDED, CALCULATED, TRIMMED = "`anchored` and", "calculated durations", "`</` and `>/`"
SYNTAX = {
    "rate(x[5m] anchored)": EXTENDED,
    "rate(x[5m] smoothed)": EXTENDED,
    "rate(x[5m * 2])": CALCULATED,
    "rate(x[(5m)])": CALCULATED,
    "rate(x[step()])": CALCULATED,
    "rate(x[max_of(step(), 5m)])": CALCULATED,
    "x offset (5m * 2)": CALCULATED,
    "x offset -(5m)": CALCULATED,
    "avg_over_time(x[1h:2 * 30])": CALCULATED,
    "x >/ 0.5": TRIMMED,
    "x </ 0.5": TRIMMED,
    'x{a=">/"} >': "",
    "sum(": "",
    'x{a="[5m * 2]"} +': "",
    "x[5m": "",
}


@pytest.mark.parametrize(("text", "what"), SYNTAX.items(), ids=SYNTAX)
def test_syntax_that_the_parser_does_not_read(text: str, what: str) -> None:
    with pytest.raises(PromQLError):
        parse(text)
    found = unread(text, None)
    assert bool(found) is bool(what)
    if found is not None:
        assert found[0].startswith(f"left unjudged: {what}")
        assert found[1] is Level.INFO


@pytest.mark.parametrize(
    ("release", "level", "end"),
    [
        ((2, 42), Level.WARNING, "; 2.42 loads it."),
        ((3, 13), Level.WARNING, "; 3.13 loads it."),
        ((3, 14), Level.INFO, "; the parser here does not read them."),
        (None, Level.INFO, "; the parser here does not read them."),
    ],
)
def test_the_release_decides(release: tuple[int, int] | None, level: Level, end: str) -> None:
    found = unread("rate(x[5m * 2])", release)
    assert found == (
        "left unjudged: calculated durations need Prometheus 3.14, or 3.4 with "
        f"--enable-feature=promql-duration-expr{end}",
        level,
    )
