"""Drawings → one self-contained HTML file: the built page with the data written into it.

The page's policy lets it run its own script and reach no server. The data is in an element that
a browser does not run, and no text in it can end that element.
"""

import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from toolkit.preview.time_range import TimeRange

_EMPTY = '<script id="payload" type="application/json">null</script>'
_NO_SERVER = "default-src 'none'; "


def payload(
    drawings: Sequence[Mapping[str, Any]], *, time_range: TimeRange, theme: str, timezone: str
) -> dict[str, Any]:
    """What the page reads: one drawing, or two that stand side by side."""
    return {
        "theme": theme,
        "timezone": timezone,
        "from": int(time_range.start * 1000),
        "to": int(time_range.end * 1000),
        "drawings": list(drawings),
    }


def html(
    drawings: Sequence[Mapping[str, Any]], *, time_range: TimeRange, theme: str, timezone: str
) -> str:
    """The page of one drawing, or of two side by side."""
    return _filled(payload(drawings, time_range=time_range, theme=theme, timezone=timezone))


def live_html(address: str, theme: str) -> str:
    """The page that asks `address`, on its own server, for what it draws; it may ask no other."""
    text = _filled({"theme": theme, "live": {"address": address}})
    before, mark, after = text.partition(_NO_SERVER)
    if not mark:
        raise AssertionError("page.html has no policy: rebuild it")
    return f"{before}{_NO_SERVER}connect-src 'self'; {after}"


def _filled(data: Mapping[str, Any]) -> str:
    template = resources.files("toolkit.preview").joinpath("page.html").read_text("utf-8")
    before, mark, after = template.partition(_EMPTY)
    if not mark:
        raise AssertionError("page.html has no place for the data: rebuild it")
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    # Only `<` can begin what ends the element, or a comment that hides its end.
    escaped = text.replace("<", "\\u003c")
    return f"{before}{_EMPTY.replace('null', escaped)}{after}"
