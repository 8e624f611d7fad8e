"""Tables for a terminal, which survive a pipe, and in Markdown, whatever their cells hold."""

from collections.abc import Iterable, Sequence


def text_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The rows below the header, in columns two spaces apart; numbers are not right-aligned."""
    lines = (header, *rows)
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The rows below the header; each line ends with a line feed."""
    lines = [
        header,
        ["---"] * len(header),
        *([markdown_cell(cell) for cell in row] for row in rows),
    ]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def markdown_cell(text: str) -> str:
    """The text as one cell: nothing in it ends the cell, the row or the page."""
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace("|", "\\|")
    return plain.replace("\n", "<br>")
