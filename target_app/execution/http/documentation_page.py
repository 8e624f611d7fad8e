"""`/docs`: the OpenAPI document as a page without scripts, so that it loads nothing from afar."""

import html
import json
from collections.abc import Iterator
from typing import Any

_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "pre{background:#f4f4f4;padding:1rem;overflow:auto}code{background:#f4f4f4}"
    "table{border-collapse:collapse}td,th{text-align:left;padding:.2rem .8rem .2rem 0}"
)


def page(document: dict[str, Any]) -> str:
    """The whole page."""
    title = html.escape(document["info"]["title"])
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<style>{_STYLE}</style><h1>{title}</h1>"
        "<p>The same as a document for programs: <a href=openapi.json>openapi.json</a></p>"
        + "".join(_operations(document))
        + "<h2>Forms</h2>"
        + "".join(
            f"<h3 id={html.escape(name)}>{html.escape(name)}</h3>{_json(schema)}"
            for name, schema in document["components"]["schemas"].items()
        )
        + "</html>"
    )


def _operations(document: dict[str, Any]) -> Iterator[str]:
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            yield f"<h2><code>{method.upper()} {html.escape(path)}</code></h2>"
            yield f"<p>{html.escape(about.get('summary', ''))}</p>"
            rows = [
                f"<tr><td><code>{html.escape(p['name'])}</code><td>{html.escape(p['in'])}"
                f"<td>{html.escape(p.get('description', ''))}"
                for p in about.get("parameters", ())
            ]
            rows += [
                f"<tr><td>{html.escape(status)}<td>answer<td>{html.escape(answer['description'])}"
                for status, answer in about["responses"].items()
            ]
            yield f"<table>{''.join(rows)}</table>"
            content = about.get("requestBody", {}).get("content", {})
            for example in content.get("application/json", {}).get("examples", {}).values():
                yield f"<h3>{html.escape(example['summary'])}</h3>{_json(example['value'])}"


def _json(value: Any) -> str:
    return f"<pre>{html.escape(json.dumps(value, indent=2, ensure_ascii=False))}</pre>"
