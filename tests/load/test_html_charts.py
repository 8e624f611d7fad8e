"""Charts of a report: lines over time as SVG."""

from xml.etree import ElementTree as ET

from toolkit.load.html_charts import chart


def test_a_chart_of_nothing_says_so_and_one_of_something_is_drawn() -> None:
    assert "Rate: no data" in chart("Rate", "/s", {"x": []}, 5)
    drawn = chart("Rate", "/s", {"x": [(0, 0), (5, 10), (10, float("nan"))]}, 10)
    assert '<polyline points="64.0,178.0 392.0,8.0"' in drawn
    assert ET.fromstring(drawn[drawn.index("<svg") : drawn.index("</figure>")]).tag == "svg"
