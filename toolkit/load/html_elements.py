"""Tables and marks of the HTML report; the cells that are given are HTML already."""

from collections.abc import Sequence
from html import escape


def mark(*, ok: bool, unknown: bool = False) -> str:
    """A tick, a cross, or a question mark, in the colour of each."""
    if unknown:
        return '<span class="unknown">?</span>'
    return f'<span class="{"good" if ok else "bad"}">{"✓" if ok else "✗"}</span>'


def table(titles: Sequence[str], rows: Sequence[Sequence[str]], look: str = "") -> str:
    """A table that scrolls by itself where the page is narrow. `look` is a class of the style."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    named = f' class="{look}"' if look else ""
    # On paper the titles come again on each page, and never alone.
    above = f"<thead><tr>{head}</tr></thead>" if titles else ""
    return f'<div class="scroll"><table{named}>{above}<tbody>{body}</tbody></table></div>'


def tiles(figures: Sequence[tuple[str, str]]) -> str:
    """Key figures side by side: (figure, what it is)."""
    cells = "".join(f"<div><b>{escape(v)}</b><span>{escape(t)}</span></div>" for v, t in figures)
    return f'<div class="tiles">{cells}</div>'
