"""What a page of `toolkit preview --serve` asks again: another time, other values of variables.

The page asks its own server, and that asks Prometheus: no more than a few pages at once, each
with the deadline that every drawing has. A query that fails is told at its panel.
"""

import json
import threading
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from toolkit.errors import UnreachableError, UsageError
from toolkit.preview import html_file, run
from toolkit.preview.data_source import DataSource
from toolkit.preview.draw_dashboard import DEADLINE_SECONDS
from toolkit.preview.variable_controls import controls

AT_ONCE = 2
"""Pages under way together: each runs eight queries at a time, of which Prometheus runs 20."""

MOST_WORDS = 500  # of one question: parameters in its address
_VARIABLE = "var-"


def write_dashboards(path: Path, dashboards: Sequence[run.ChosenDashboard]) -> None:
    """Hand dashboards over to the process that serves them."""
    path.write_text(json.dumps([asdict(each) for each in dashboards]), encoding="utf-8")


def read_dashboards(path: Path) -> tuple[run.ChosenDashboard, ...]:
    """The dashboards that were handed over."""
    return tuple(
        run.ChosenDashboard(each["name"], each["model"], each["path"], tuple(each["notes"]))
        for each in json.loads(path.read_text(encoding="utf-8"))
    )


@dataclass
class LiveDashboards:
    """The dashboards as they were last defined, and the Prometheus that a page may ask about them.

    `options` hold where a page does not say otherwise.
    """

    source: DataSource
    options: run.PreviewOptions
    theme: str
    wait_seconds: float = DEADLINE_SECONDS
    _dashboards: Mapping[str, run.ChosenDashboard] = field(default_factory=dict)
    _free: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(AT_ONCE)
    )

    def take(self, dashboards: Sequence[run.ChosenDashboard]) -> None:
        """Answer for these from now on, in place of those that there were."""
        self._dashboards = {each.name: each for each in dashboards}

    def has(self, name: str) -> bool:
        """Whether there is a dashboard of that name."""
        return name in self._dashboards

    def page(self, name: str) -> str:
        """The HTML of a dashboard's page, which asks for its data."""
        return html_file.live_html(f"/data/{urllib.parse.quote(name, safe='')}", self.theme)

    def data(self, name: str, question: str) -> dict[str, Any]:
        """What the page draws, for the words in its address: from=now-6h&to=now&var-zone=eu.

        Raises UsageError for what is not a time or not such a word, UnreachableError where too
        many pages are being drawn.
        """
        options = self._options(question)
        if not self._free.acquire(timeout=self.wait_seconds):
            raise UnreachableError("other pages are being drawn: refresh this one later.")
        try:
            chosen = self._dashboards[name]
            (page,) = run.pages([chosen], self.source, options, lambda _words: None)
        finally:
            self._free.release()
        found = html_file.payload(
            [drawing.data for drawing in page.drawings],
            time_range=page.time_range,
            theme=self.theme,
            timezone=page.timezone,
        )
        saved = chosen.model.get("time") or {}
        return found | {
            "live": {
                "address": "",
                "from": options.requested.since or str(saved.get("from") or "now-1h"),
                "to": options.requested.until or str(saved.get("to") or "now"),
                "controls": controls(chosen.model, page.current.resolved),
            }
        }

    def _options(self, question: str) -> run.PreviewOptions:
        try:
            words = urllib.parse.parse_qsl(
                question, keep_blank_values=True, max_num_fields=MOST_WORDS
            )
        except ValueError:
            raise UsageError(f"more than {MOST_WORDS} values are chosen.") from None
        times = {"from": "", "to": ""}
        variables: dict[str, tuple[str, ...]] = {}
        for key, value in words:
            if key in times:
                times[key] = value
            elif key.startswith(_VARIABLE):
                name = key.removeprefix(_VARIABLE)
                variables[name] = (*variables.get(name, ()), value)
            else:
                raise UsageError(f"{key!r} is not understood; from, to and var-NAME are.")
        requested = replace(
            self.options.requested,
            now=time.time(),
            since=times["from"] or self.options.requested.since,
            until=times["to"] or self.options.requested.until,
        )
        chosen = {**self.options.variables, **variables}
        return replace(self.options, requested=requested, variables=chosen, only_known=True)
