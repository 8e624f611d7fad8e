"""The table for a review: a line for each query, and nothing that breaks it."""

from tests.support.made_up_prometheus import World, dashboard, drawing_options, panel, target
from toolkit.preview import markdown_report
from toolkit.preview.draw_dashboard import collect


def test_the_table_has_a_line_a_query_and_escapes_what_would_break_it() -> None:
    targets = [target('a{b=~"x|y"}'), target("broken", refId="B")]
    page = dashboard(
        panel(title="A | <b>", targets=targets, fieldConfig={"defaults": {"unit": "s"}}),
        panel("canvas", id=2, title="Drawn"),
    )
    text = markdown_report.markdown(
        collect(page, World(refused={"broken": "parse error"}), drawing_options())
    )
    assert text.splitlines() == [
        "### Events",
        "",
        "| panel | query | last value |",
        "| --- | --- | --- |",
        '| A \\| &lt;b> | `a{b=~"x\\|y"}` | 1.721 s |',
        "| A \\| &lt;b> | `broken` | **error**: parse error |",
        "| Drawn |  | panels of the type 'canvas' are not drawn. |",
        "| Drawn | `events` | 1.721 |",
        "",
        "- Drawn: panels of the type 'canvas' are not drawn.",
    ]


def test_the_table_shows_some_series_and_counts_the_rest() -> None:
    zones = World(values={"zone": tuple("abcdefg")})
    page = dashboard(panel(targets=[target("sum by (zone) (e)")]))
    (line,) = markdown_report.markdown(collect(page, zones, drawing_options())).splitlines()[4:]
    assert "zone=a: 1.721<br>zone=b: " in line
    assert line.endswith("<br>and 2 more |")


def test_no_data_says_so() -> None:
    (line,) = markdown_report.markdown(
        collect(dashboard(), World(empty=True), drawing_options())
    ).splitlines()[4:]
    assert line == "| Events | `events` | no data |"
