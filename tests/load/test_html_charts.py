"""Charts of a report: lines over time as SVG."""

import re
from xml.etree import ElementTree as ET

import pytest

from toolkit.load.html_charts import chart


def test_a_chart_of_nothing_says_so_and_one_of_something_is_drawn() -> None:
    assert "Rate: no data" in chart("Rate", "/s", {"x": []}, 5)
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 10), (10, float("nan"))]}, 10)
    assert '<polyline points="64.0,178.0 392.0,8.0"' in drawn
    assert ET.fromstring(drawn[drawn.index("<svg") : drawn.index("</figure>")]).tag == "svg"


def test_the_axes_are_labelled_in_four_steps() -> None:
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 7)]}, 10)
    texts = re.findall(r'<text x="(.*?)" y="(.*?)" text-anchor="(.*?)">(.*?)</text>', drawn)
    assert texts[:5] == [
        ("58", "182.0", "end", "0"),
        ("58", "139.5", "end", "2"),
        ("58", "97.0", "end", "4"),
        ("58", "54.5", "end", "6"),
        ("58", "12.0", "end", "8"),
    ]
    assert texts[5:] == [
        ("64.0", "196", "middle", "0 s"),
        ("228.0", "196", "middle", "2.5 s"),
        ("392.0", "196", "middle", "5 s"),
        ("556.0", "196", "middle", "7.5 s"),
        ("720.0", "196", "end", "10 s"),
    ]
    assert drawn.count('class="grid"') == 5


def test_every_line_has_a_colour_and_a_name_even_when_there_are_many() -> None:
    drawn = chart("Rate", "", {f"<{n}>": [(0, 1)] for n in range(9)}, 1)
    colours = re.findall(r'style="stroke:(#\w+)"', drawn)
    assert len(colours) == 9
    assert len(set(colours)) == 8
    assert colours[8] == colours[0]
    assert "&lt;8&gt;</span>" in drawn
    assert "<figcaption>Rate " in drawn


TOPS = {0: 1, 0.3: 0.4, 1: 1, 1.5: 2, 3: 4, 4.5: 5, 6: 8, 9: 10, 10: 10, 11: 20, 450: 500}


@pytest.mark.parametrize("largest", TOPS)
def test_the_top_is_the_next_round_number(largest: float) -> None:
    drawn = chart("Rate", "", {"x": [(0, largest)]}, 1)
    assert f'y="12.0" text-anchor="end">{TOPS[largest]:g}</text>' in drawn
