"""What the preview cannot draw, or draws otherwise than Grafana, which a reader must know."""

import functools
import json
import re
from collections.abc import Iterator, Mapping
from importlib import resources
from typing import Any

from toolkit.preview.drawn_panel_options import options_not_drawn, options_not_known
from toolkit.preview.foreign_data_sources import other_source
from toolkit.preview.panel_rows import PreviewPanel

_GRAFANAS = re.compile(r"\$\{?__(?:org|user)\b(?:\.\w+)?\}?")
"""Variables about who looks: the organisation and the user."""


@functools.cache
def supported() -> Mapping[str, frozenset[str]]:
    """The panel types and the transformations that the page knows."""
    text = resources.files("toolkit.preview").joinpath("drawn_panel_types.json").read_text("utf-8")
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
    asked = _other_queries(panel)
    # A panel without queries, such as a note, needs no data source. Of a mixed panel, the part
    # that Prometheus has is drawn.
    if kind == "text" or not asked or not all(asked.values()):
        return ""
    if "another panel" in asked.values():
        return "it shows the data of another panel, which is not in the file."
    return f"it asks {', '.join(sorted(set(asked.values())))}, not Prometheus."


def _other_queries(panel: PreviewPanel) -> dict[str, str]:
    """By its letter, what each query that is not hidden asks; empty where it is Prometheus."""
    own = panel.model.get("datasource")
    return {
        str(each.get("refId") or "A"): other_source(each.get("datasource") or own, panel.choices)
        for each in panel.model.get("targets") or []
        if not each.get("hide")
    }


def notes(panel: PreviewPanel, title: str) -> Iterator[str]:
    """A sentence about each thing that Grafana would show otherwise."""
    name = title or "A panel"
    cannot = why_not_drawn(panel)
    if cannot:
        yield f"{name}: {cannot}"
        return
    for words in (*_about_queries(panel), *_about_transformations(panel.model)):
        yield f"{name}: {words}"
    for option in (*options_not_drawn(panel.model), *options_not_known(panel.model)):
        yield f"{name}: {option}"


def _about_queries(panel: PreviewPanel) -> Iterator[str]:
    for letter, source in _other_queries(panel).items():
        if source and panel.model.get("type") != "text":
            yield f"{letter} asks {source}, not Prometheus; it is left out."
    targets = panel.model.get("targets") or []
    if any(each.get("exemplar") and not each.get("hide") for each in targets):
        yield "exemplars are not drawn."
    for each in targets:
        if each.get("instant") and each.get("range") and not each.get("hide"):
            letter = each.get("refId") or "A"
            yield f"{letter} asks for a range and an instant; only the range is drawn."
    text = json.dumps(targets)
    for variable in sorted({match[0] for match in _GRAFANAS.finditer(text)}):
        yield f"{variable} stays as it is written: only a Grafana knows it."


def _about_transformations(model: Mapping[str, Any]) -> Iterator[str]:
    for each in model.get("transformations") or []:
        if each.get("disabled"):
            continue
        if each["id"] not in supported()["transformations"]:
            yield f"the transformation {each['id']!r} is left out."
        elif each.get("topic") == "annotations":
            yield f"the transformation {each['id']!r} of annotations is left out."
