"""Lines over time as SVG, drawn here so that a report is one file that needs nothing else."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from itertools import cycle

Line = Sequence[tuple[float, float]]
WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 200, 64, 22, 8
# Distinct for people who cannot distinguish red from green. Source: Okabe and Ito, 2008.
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#999999", "#000000")
_GRID = 4


def chart(title: str, unit: str, lines: Mapping[str, Line], seconds: float) -> str:
    """One chart with its legend; times are seconds since the run began."""
    drawn = {name: [(t, v) for t, v in line if math.isfinite(v)] for name, line in lines.items()}
    values = [value for line in drawn.values() for _, value in line]
    if not values:
        return f"<figure><figcaption>{escape(title)}: no data</figcaption></figure>"
    top = _round_up(max(values))
    end = max(seconds, 1e-9)  # of a run that sent nothing
    parts = [f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">']
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
            f"{end * step / _GRID:.3g} s</text>"
        )
    legend = []
    for (name, line), colour in zip(drawn.items(), cycle(COLOURS), strict=False):
        points = " ".join(
            f"{LEFT + (WIDTH - LEFT) * t / end:.1f},{_y(v, top):.1f}" for t, v in line
        )
        parts.append(f'<polyline points="{points}" style="stroke:{colour}"/>')
        legend.append(f'<span><i style="background:{colour}"></i>{escape(name)}</span>')
    caption = f"{escape(title)}{f', {escape(unit)}' if unit else ''}"
    return (
        f"<figure><figcaption>{caption} {' '.join(legend)}</figcaption>{''.join(parts)}</svg>"
        "</figure>"
    )


def _y(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * value / top


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 5, 8 × a power of ten, so that four steps are round too."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 4, 5, 8, 10) if value <= step * power * 1.0000001)
