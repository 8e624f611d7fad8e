"""What the preview cannot draw, or draws otherwise than Grafana, which a reader must know."""

import functools
import json
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from toolkit.preview.panel_rows import PreviewPanel
from toolkit.preview.queries import other_source


@functools.cache
def supported() -> Mapping[str, frozenset[str]]:
    """The panel types and the transformations that the page knows."""
    text = resources.files("toolkit.preview").joinpath("supported.json").read_text("utf-8")
    return {key: frozenset(values) for key, values in json.loads(text).items()}


def why_not_drawn(panel: PreviewPanel) -> str:
    """Why the page cannot draw the panel; empty when it can."""
    model = panel.model
    kind = str(model.get("type") or "")
    if model.get("libraryPanel") and not kind:
        return "a library panel, which only a Grafana has."
    if kind not in supported()["panels"]:
        return f"panels of the type {kind!r} are not drawn."
    if kind == "heatmap" and (model.get("options") or {}).get("calculate"):
        return "a heatmap whose buckets Grafana would calculate; ask for a histogram's."
    targets = [each for each in model.get("targets") or [] if not each.get("hide")]
    # A panel without queries, such as a note, needs no data source.
    if kind == "text" or not targets:
        return ""
    own = model.get("datasource")
    sources = [other_source(each.get("datasource") or own, panel.choices) for each in targets]
    # Of a mixed panel, the part that Prometheus has is drawn.
    if all(sources):
        return f"it asks {', '.join(sorted(set(sources)))}, not Prometheus."
    return ""


def notes(panel: PreviewPanel, title: str) -> Iterator[str]:
    """A sentence about each thing that Grafana would show otherwise."""
    cannot = why_not_drawn(panel)
    if cannot:
        yield f"{title or 'A panel'}: {cannot}"
    elif _is_drawn_as_threshold_ranges(panel.model):
        yield (
            f"{title or 'A panel'}: Grafana draws the ranges of its thresholds, not its values and "
            "their mappings, as drawn here; set its colour scheme to a single colour."
        )
    for each in panel.model.get("transformations") or []:
        if not each.get("disabled") and each["id"] not in supported()["transformations"]:
            yield f"{title}: the transformation {each['id']!r} is left out."


def _is_drawn_as_threshold_ranges(model: Mapping[str, Any]) -> bool:
    """Whether Grafana draws a state timeline's threshold ranges: coloured by them, and merging.

    Source: prepareTimelineFields in public/app/core/components/TimelineChart/utils.ts of
    https://github.com/grafana/grafana; values are merged unless the panel says otherwise.
    """
    if model.get("type") != "state-timeline":
        return False
    if (model.get("options") or {}).get("mergeValues") is False:
        return False
    config = model.get("fieldConfig") or {}
    defaults = config.get("defaults") or {}
    if (defaults.get("thresholds") or {}).get("steps") == []:
        return False
    overridden = [
        each.get("value")
        for override in config.get("overrides") or []
        for each in override.get("properties") or []
        if each.get("id") == "color"
    ]
    colors = [defaults.get("color"), *overridden]
    return any((color or {}).get("mode") == "thresholds" for color in colors)
