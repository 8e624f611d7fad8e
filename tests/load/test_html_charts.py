"""Charts of a report: lines over time as SVG."""

import re
from xml.etree import ElementTree as ET

import pytest

from toolkit.load.html_charts import COLOURS, LOOKS, chart
from toolkit.load.html_style import STYLE


def test_a_chart_of_nothing_says_so_and_one_of_something_is_drawn() -> None:
    assert "Rate: no data" in chart("Rate", "/s", {"x": []}, 5)
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 10), (10, float("nan"))]}, 10)
    assert '<polyline points="70.0,192.0 395.0,10.0"' in drawn
    assert ET.fromstring(drawn[drawn.rindex("<svg") : drawn.index("</figure>")]).tag == "svg"


def test_one_point_is_a_dot_and_two_are_a_line() -> None:
    drawn = chart("Rate", "/s", {"one": [(5, 10)], "two": [(0, 0), (5, 10)]}, 10)
    one, two = re.findall(r'<polyline points="(.*?)" style="(.*?)"', drawn)
    assert one == ("395.0,10.0 395.0,10.0", "stroke:var(--c0);stroke-width:6;stroke-linecap:round")
    assert two == ("70.0,192.0 395.0,10.0", "stroke:var(--c1)")


def test_the_axes_are_labelled_in_four_steps() -> None:
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 7)]}, 10)
    texts = re.findall(r'<text x="(.*?)" y="(.*?)" text-anchor="(.*?)">(.*?)</text>', drawn)
    assert texts[:5] == [
        ("64", "196.0", "end", "0"),
        ("64", "150.5", "end", "2"),
        ("64", "105.0", "end", "4"),
        ("64", "59.5", "end", "6"),
        ("64", "14.0", "end", "8"),
    ]
    assert texts[5:] == [
        ("70.0", "216", "middle", "0 s"),
        ("232.5", "216", "middle", "2.5 s"),
        ("395.0", "216", "middle", "5 s"),
        ("557.5", "216", "middle", "7.5 s"),
        ("720.0", "216", "end", "10 s"),
    ]
    assert drawn.count('class="grid"') == 5


def test_a_run_of_a_little_more_than_twelve_seconds_has_round_labels() -> None:
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 7)]}, 12.03)
    assert re.findall(r">([\d.]+ s)</text>", drawn) == ["0 s", "3 s", "6 s", "9 s", "12 s"]
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 7)]}, 7200)
    assert re.findall(r">([\d.]+ s)</text>", drawn)[-1] == "7200 s"


def test_no_two_lines_look_alike_even_when_there_are_many() -> None:
    """Two codes shared one colour; past the colours, dashes tell lines apart."""
    drawn = chart("Rate", "", {f"<{n}>": [(0, 1)] for n in range(LOOKS)}, 1)
    looks = re.findall(r'<polyline points=".*?" style="(.*?)"', drawn)
    assert len(looks) == len(set(looks)) == LOOKS == 32
    assert "&lt;31&gt;</span>" in drawn
    assert "<figcaption>Rate<" in drawn
    assert "some look alike" not in drawn
    assert "some look alike" in chart("Rate", "", {f"{n}": [(0, 1)] for n in range(LOOKS + 1)}, 1)


def test_a_line_that_others_are_measured_by_is_below_them_and_broad() -> None:
    """The rate that was kept could not be seen below the one that was asked for."""
    lines = {"kept": [(0, 5), (9, 5)], "asked": [(0, 5), (9, 5)]}
    drawn = chart("Rate", "/s", lines, 9, broad="asked")
    first, second = re.findall(r'<polyline points=".*?" style="(.*?)"', drawn)
    assert (first[:15], second) == ("stroke:var(--c1", "stroke:var(--c0)")
    assert "stroke-width:7" in first
    assert drawn.index(" kept<") < drawn.index(" asked<")


def test_every_colour_is_in_the_style_of_both_grounds() -> None:
    light, dark = STYLE.split("prefers-color-scheme: dark", 1)
    for number in range(COLOURS):
        (ours,) = re.findall(rf"--c{number}: (#\w+)", light)
        (theirs,) = re.findall(rf"--c{number}: (#\w+)", dark)
        assert ours != theirs
    assert len(set(re.findall(r"--c\d: (#\w+)", light))) == COLOURS
    assert len(set(re.findall(r"--c\d: (#\w+)", dark))) == COLOURS


TOPS = {0: 1, 0.3: 0.4, 1: 1, 1.5: 2, 3: 4, 4.5: 5, 6: 8, 9: 10, 10: 10, 11: 20, 450: 500}


@pytest.mark.parametrize("largest", TOPS)
def test_the_top_is_the_next_round_number(largest: float) -> None:
    drawn = chart("Rate", "", {"x": [(0, largest)]}, 1)
    assert f'y="14.0" text-anchor="end">{TOPS[largest]:g}</text>' in drawn
