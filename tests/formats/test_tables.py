"""Tables in Markdown, whatever their cells hold."""

from toolkit.formats.tables import markdown_table


def test_a_table_holds_whatever_its_cells_say() -> None:
    assert markdown_table(("a", "b"), [("x | y", "1\n2"), ("<b>", "&")]) == (
        "| a | b |\n| --- | --- |\n| x \\| y | 1<br>2 |\n| &lt;b> | &amp; |\n"
    )
