"""A drill's result as one HTML page with a timeline for each alert; no script, no network."""

from html import escape

from toolkit.drill.results import AlertRecord, DrillResult
from toolkit.drill.text_report import (
    LEGEND,
    MARKS,
    inhibition_text,
    length,
    matrix,
    seen_once_text,
    summary,
)

_STYLE = """\
body{font:14px/1.45 system-ui,sans-serif;margin:2rem;color:#1f2328;background:#fff}
h1{font-size:1.3rem}h2{font-size:1.05rem;margin-top:2rem}
table{border-collapse:collapse}td,th{padding:.2rem .6rem;text-align:left;vertical-align:middle}
tr+tr td{border-top:1px solid #d8dee4}.matrix td{text-align:center}
.matrix td:first-child{text-align:left}small{color:#57606a}
.missed{color:#b42318}.proved{color:#116329}
@media (prefers-color-scheme:dark){body{background:#0d1117;color:#e6edf3}
tr+tr td{border-color:#30363d}small{color:#9198a1}.missed{color:#ff7b72}.proved{color:#56d364}}
"""
_WIDTH, _HEIGHT = 560, 34
_BARS = (  # what, from, to, colour
    ("pending", "pending", "firing", "#d4a72c"),
    ("firing", "firing", "resolved", "#cf222e"),
)
_POINTS = (  # what, when, colour
    ("notified as firing", "notified", "#0969da"),
    ("notified as resolved", "notified_resolved", "#1a7f37"),
)


def page(result: DrillResult) -> str:
    """The whole page."""
    rows = "\n".join(_row(record) for record in result.records)
    runs, marks = matrix(result)
    head = "".join(f'<th title="{escape(each.cause)}">{n}</th>' for n, each in enumerate(runs, 1))
    body = "\n".join(
        f"<tr><td>{escape(alert)}</td>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
        for alert, cells in marks.items()
    )
    causes = "".join(f"<li>{escape(each.cause)}</li>" for each in runs)
    alarms = "".join(
        f'<li class="missed">{escape(alarm.alert)}, with: {escape(alarm.cause)}</li>'
        for alarm in result.false_alarms
    )
    inhibitions = "".join(
        f"<li>While {escape(inhibition.source)} fires, {escape(inhibition_text(inhibition))}</li>"
        for inhibition in result.inhibitions
    )
    once = "".join(
        f"<li>{escape(x.alert)} {escape(seen_once_text(x))}</li>" for x in result.seen_once
    )
    seen_once = f"<h2>Seen once</h2><ul>{once}</ul>" if once else ""
    return f"""\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Fire drill</title>
<style>{_STYLE}</style></head><body>
<h1>{escape(summary(result))}</h1>
<p><small>Where time runs compressed, “in production” is the same share of what is predicted
there.
Yellow: pending, red: firing, grey: the cause; blue: its receiver was notified that it fires,
green: that it has resolved.</small></p>
<table>
<tr><th></th><th>alert</th><th>fired after</th><th>in production</th><th>notified</th>
<th>timeline</th></tr>
{rows}
</table>
<h2>What fired with what</h2>
<p><small>{escape(LEGEND)}</small></p>
<table class="matrix"><tr><th></th>{head}</tr>
{body}
</table>
<ol>{causes}</ol>
<h2>False alarms</h2><ul>{alarms or "<li>None.</li>"}</ul>
<h2>Inhibitions</h2><ul>{inhibitions or "<li>None was drilled.</li>"}</ul>
{seen_once}
</body></html>
"""


def _row(record: AlertRecord) -> str:
    problems = "".join(f"<br><small>{escape(problem)}</small>" for problem in record.problems)
    at_most = f"<br><small>at most {length(record.predicted_seconds)}</small>"
    real = f"<br><small>at most {length(record.real_seconds)}</small>"
    measured = length(record.measured_seconds) + (at_most if record.predicted_seconds else "")
    scaled = length(record.scaled_seconds) + (real if record.real_seconds else "")
    mark = f'<td class="{record.verdict.value}">{MARKS[record.verdict]}</td>'
    name = f"<td>{escape(record.alert)}<br><small>{escape(record.cause)}</small>{problems}</td>"
    return (
        f"<tr>{mark}{name}<td>{measured}</td><td>{scaled}</td>"
        f"<td>{escape(record.receiver)}</td><td>{_timeline(record)}</td></tr>"
    )


def _timeline(record: AlertRecord) -> str:
    """The alert's states from its cause to the last notification, as an inline picture."""
    start = record.applied
    known = [
        time
        for time in (
            record.cleared,
            record.firing,
            record.resolved,
            record.notified,
            record.notified_resolved,
        )
        if time is not None
    ]
    if start is None or not known:
        return ""
    span = max(max(known) - start, 0.001)

    def x(time: float) -> float:
        return round((time - start) / span * (_WIDTH - 8) + 4, 1)

    parts = []
    if record.cleared is not None:
        width = x(record.cleared) - x(start)
        parts.append(f'<rect x="{x(start)}" y="26" width="{width:.1f}" height="4" fill="#8c959f"/>')
    for what, begin, end, colour in _BARS:
        first, last = getattr(record, begin), getattr(record, end)
        if first is None:
            continue
        last = max(known) if last is None else last
        parts.append(
            f'<rect x="{x(first)}" y="8" width="{max(x(last) - x(first), 1):.1f}" height="14" '
            f'fill="{colour}"><title>{what}: {first - start:.1f} to {last - start:.1f} s'
            "</title></rect>"
        )
    for what, name, colour in _POINTS:
        time = getattr(record, name)
        if time is not None:
            parts.append(
                f'<circle cx="{x(time)}" cy="15" r="4" fill="{colour}" stroke="#fff">'
                f"<title>{what}: {time - start:.1f} s</title></circle>"
            )
    return f'<svg width="{_WIDTH}" height="{_HEIGHT}" role="img">{"".join(parts)}</svg>'
