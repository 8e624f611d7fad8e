"""Tables for a terminal and in Markdown, whatever their cells hold."""

from toolkit.formats.tables import markdown_table, text_table


def test_a_table_holds_whatever_its_cells_say() -> None:
    assert markdown_table(("a", "b"), [("x | y", "1\n2"), ("<b>", "&")]) == (
        "| a | b |\n| --- | --- |\n| x \\| y | 1<br>2 |\n| &lt;b> | &amp; |\n"
    )


def test_columns_of_text_are_as_wide_as_their_widest_cell() -> None:
    assert text_table(("name", "n"), [("a", "100"), ("long one", "")]) == (
        "name      n\na         100\nlong one"
    )


def test_a_table_without_rows_has_its_header() -> None:
    assert text_table(("name", "n"), []) == "name  n"
    assert markdown_table(("name",), []) == "| name |\n| --- |\n"
