"""The heatmap of Grafana 8 and older, with its settings beside the options."""

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
_LAYOUTS = {"upper": "le", "lower": "ge", "middle": "unknown"}
_GONE = (
    "cards", "color", "dataFormat", "heatmap", "hideZeroBuckets", "highlightCards", "legend",
    "reverseYBuckets", "tooltip", "tooltipDecimals", "xAxis", "xBucketNumber", "xBucketSize",
    "yAxis", "yBucketBound", "yBucketNumber", "yBucketSize",
)  # fmt: skip


def migrate(panel: Json) -> None:
    """Write the options; a panel that has today's keeps them, whatever else is left over in it."""
    if (panel.get("options") or {}).get("color"):
        return
    axis, cards = panel.get("yAxis") or {}, panel.get("cards") or {}
    options: Json = {
        "calculate": panel.get("dataFormat") != "tsbuckets",
        "color": _color(panel.get("color") or {}),
        "cellGap": cards.get("cardPadding") if cards.get("cardPadding") is not None else 1,
        "cellRadius": cards.get("cardRound") or 0,
        "cellValues": {"decimals": panel.get("tooltipDecimals")},
        "filterValues": {"le": 1e-9} if panel.get("hideZeroBuckets") else {},
        "legend": {"show": bool((panel.get("legend") or {}).get("show", False))},
        "rowsFrame": {"layout": _LAYOUTS.get(str(panel.get("yBucketBound")), "auto")},
        "yAxis": {
            "unit": axis.get("format") or "short",
            "decimals": axis.get("decimals"),
            "min": axis.get("min"),
            "max": axis.get("max"),
            "reverse": bool(panel.get("reverseYBuckets")),
            "axisPlacement": "hidden" if axis.get("show") is False else "left",
        },
    }
    panel["options"] = options
    for key in _GONE:
        panel.pop(key, None)


def _color(said: Mapping[str, Any]) -> Json:
    scheme = str(said.get("colorScheme") or "interpolateOranges").removeprefix("interpolate")
    return {
        "mode": "opacity" if said.get("mode") == "opacity" else "scheme",
        "scheme": scheme,
        "fill": said.get("cardColor") or "dark-orange",
        "scale": "linear" if said.get("colorScale") == "linear" else "exponential",
        "exponent": said.get("exponent") or 0.5,
        "steps": 128,
        **{key: said[key] for key in ("min", "max") if said.get(key) is not None},
    }
