"""Text panels of Grafana 6 and older, which had their content beside the options."""

from typing import Any


def migrate(panel: dict[str, Any]) -> None:
    """Move `content` and `mode` into the options; plain text has been Markdown since 7."""
    options = panel.setdefault("options", {})
    for key in ("content", "mode"):
        if key in panel and key not in options:
            options[key] = panel.pop(key)
    if options.get("mode") == "text":
        options["mode"] = "markdown"
