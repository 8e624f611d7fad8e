"""Lines over time as SVG, drawn here so that a report is one file that needs nothing else."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape

Line = Sequence[tuple[float, float]]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 220, 70, 28, 10
_GRID = 4
# The colours are those of the page's style; past them, the same ones in other dashes.
COLOURS = 8
DASHES = ("", "7 4", "2 3", "10 3 2 3")
LOOKS = COLOURS * len(DASHES)
_BROAD = ";stroke-width:7;stroke-opacity:.4"
_DOT = ";stroke-width:6;stroke-linecap:round"


def look(number: int) -> str:
    """How line `number` is drawn: no two of the first 32 are alike."""
    colour, dash = number % COLOURS, DASHES[number // COLOURS % len(DASHES)]
    return f"stroke:var(--c{colour})" + (f";stroke-dasharray:{dash}" if dash else "")


def seconds_at(place: float) -> str:
    """How a place on a time axis is called."""
    return f"{round(place, 1):g} s" if place > 1 else f"{place:.3g} s"


def chart(
    title: str,
    unit: str,
    lines: Mapping[str, Line],
    seconds: float,
    *,
    at: Callable[[float], str] = seconds_at,
    broad: str = "",
) -> str:
    """One chart with its legend; times are seconds since the run began.

    `at` says what stands below a place of the axis, where it is not of seconds. `broad` is a
    line that others are measured by: they are seen on top of it where they are the same.
    """
    drawn = {name: [(t, v) for t, v in line if math.isfinite(v)] for name, line in lines.items()}
    values = [value for line in drawn.values() for _, value in line]
    if not values:
        return f"<figure><figcaption>{escape(title)}: no data</figcaption></figure>"
    top = _round_up(max(values))
    end = max(seconds, 1e-9)  # of a run that sent nothing
    # Above the grid there is room for a label that a narrow page makes larger.
    parts = [f'<svg viewBox="0 -8 {WIDTH} {HEIGHT + 8}" role="img" aria-label="{escape(title)}">']
    parts += _axes(top, end, at)
    legend: list[str] = []
    polylines: list[str] = []
    for number, (name, line) in enumerate(drawn.items()):
        style = look(number) + (_BROAD if name == broad else "")
        points = " ".join(
            f"{LEFT + (WIDTH - LEFT) * t / end:.1f},{_y(v, top):.1f}" for t, v in line
        )
        if len(line) == 1:
            # A line of one point is not seen: a dot is drawn.
            points = f"{points} {points}"
        drawn_as = style + (_DOT if len(line) == 1 else "")
        polyline = f'<polyline points="{points}" style="{drawn_as}"/>'
        polylines.insert(0 if name == broad else len(polylines), polyline)
        legend.append(f"<span>{_key(style)} {escape(name)}</span>")
    parts += polylines
    more = (
        f' <span class="quiet">past {LOOKS} lines, some look alike</span>'
        if len(drawn) > LOOKS
        else ""
    )
    caption = f"{escape(title)}{f', {escape(unit)}' if unit else ''}"
    return (
        f'<figure><figcaption>{caption}<span class="legend">{" ".join(legend)}{more}</span>'
        f"</figcaption>{''.join(parts)}</svg></figure>"
    )


def _key(style: str) -> str:
    style = f"stroke-width:3;{style}"
    return (
        '<svg class="key" viewBox="0 0 32 12"><line x1="0" x2="32" y1="6" y2="6" '
        f'style="{style}"/></svg>'
    )


def _axes(top: float, end: float, at: Callable[[float], str]) -> list[str]:
    parts = []
    for step in range(_GRID + 1):
        y = _y(top * step / _GRID, top)
        label = f"{top * step / _GRID:g}"
        parts.append(f'<line x1="{LEFT}" x2="{WIDTH}" y1="{y:.1f}" y2="{y:.1f}" class="grid"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    for step in range(_GRID + 1):
        x = LEFT + (WIDTH - LEFT) * step / _GRID
        anchor = "end" if step == _GRID else "middle"
        parts.append(
            f'<text x="{x:.1f}" y="{HEIGHT - 4}" text-anchor="{anchor}">'
            f"{at(end * step / _GRID)}</text>"
        )
    return parts


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5, 8 × a power of ten, so that four steps are round too."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if value <= step * power * 1.0000001)
