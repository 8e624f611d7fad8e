"""Grafana's dashboards → definitions: a module for each, with its panels as `Panel(…)` values.

Built again they ask the same queries, under the same titles, in the same order. Panels fill the
lines of the grid, so a width may grow. What cannot be carried over is listed, never raw JSON.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from toolkit.adopt.import_result import Imported, ImportedSource
from toolkit.adopt.read_exported_dashboards import (
    Json,
    PanelLook,
    ReadRow,
    load,
    look,
    rows,
    size,
    view,
)
from toolkit.adopt.values_as_python import INDENT, WIDTH, call, distinct, identifier, literal, text
from toolkit.dashboards import GRID_COLUMNS, PanelUnit, Query, View
from toolkit.errors import DefinitionError, UsageError
from toolkit.findings import Location
from toolkit.preview.read_dashboard_json import read_dashboard
from toolkit.prometheus.rules import Problem

NOT_SAID = "The dashboard that this was imported from does not say."
_NAMES = (
    "Dashboard", "Note", "OtherUnit", "OtherVariable", "Panel", "PanelAsWritten", "PanelState",
    "PanelThreshold", "PanelUnit", "Query", "Row", "View",
)  # fmt: skip
_DASHBOARDS = "toolkit.dashboards"
_OF_IMPORTED = frozenset({"PanelAsWritten", "PanelThreshold"})
_UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_SOURCE = re.compile(r"\$\{?(\w+)\}?")
_KINDS = frozenset({"query", "custom", "interval", "constant", "textbox"})


def import_dashboards(
    paths: Sequence[Path],
    package: str,
    *,
    uids: frozenset[str] = frozenset(),
    titles: frozenset[str] = frozenset(),
) -> Imported:
    """The definitions of the dashboards at `paths`, to be written into `package`.

    `package` is the folder of the project's dashboards; `uids` and `titles` are those that
    it has already. Raises UsageError for a path that is not there.
    """
    result, taken = Imported(), Taken({uid.replace("-", "_") for uid in uids}, set(titles))
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{path}: no such file.")
        try:
            result += _Page(path, load(path), package, taken).imported()
        except ValueError as error:
            result += Imported(left=(Problem(Location(str(path), 1), str(error)),))
        except (AttributeError, KeyError, TypeError) as error:
            # A file may hold anything: a list where Grafana saves a mapping, no panels in a row.
            result += Imported(left=(Problem(Location(str(path), 1), _misfit(path, error)),))
    return result


def _misfit(path: Path, error: Exception) -> str:
    """What in the file is not as Grafana writes it."""
    what = f"{error} is lacking." if isinstance(error, KeyError) else f"{error}."
    try:
        read_dashboard(path.read_text(encoding="utf-8"), "")
    except UsageError as place:
        what = place.message.removeprefix(": ")
    return f"not a dashboard as Grafana saves one: {what}"


@dataclass(frozen=True, slots=True)
class Taken:
    """What is one dashboard's alone in a project: the module, by its uid, and the title."""

    modules: set[str]
    titles: set[str]


@dataclass
class _Page:
    """One dashboard on its way to a module."""

    path: Path
    model: Json
    package: str
    taken: Taken
    left: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    titles: set[str] = field(default_factory=set)
    met: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.lines = self.path.read_text(encoding="utf-8-sig").splitlines()

    def imported(self) -> Imported:
        title = str(self.model.get("title") or self.path.stem)
        uid = str(self.model.get("uid") or "")
        if title in self.taken.titles:
            raise ValueError(f"another dashboard of the project is titled {title!r} too.")
        if not _UID.fullmatch(uid) or uid.replace("-", "_") in self.taken.modules:
            new = identifier(title, "dashboard")[:37].strip("_")
            uid = distinct(new, self.taken.modules).replace("_", "-")
            self._note("uid", f"is {uid} from now on, so its address is another.")
        written = [code for row in rows(self.model) for code in self._row(row)]
        target = f"{self.package}/{uid.replace('-', '_')}.py"
        counts = {"panels": len(self.titles), "not carried": len(self.left)}
        source = ImportedSource(str(self.path), target, counts)
        if not written:
            return Imported(left=tuple(self.left))
        self.taken.modules.add(uid.replace("-", "_"))
        self.taken.titles.add(title)
        body = self._module(uid, title, written)
        return Imported({target: body}, (source,), tuple(self.left), tuple(self.notes))

    def _module(self, uid: str, title: str, written: list[str]) -> str:
        help_text = str(self.model.get("description") or "")
        variables = [code for each in self._templating() for code in self._variable(each)]
        since = str((self.model.get("time") or {}).get("from", ""))
        refresh = str(self.model.get("refresh") or "")
        tags = [str(tag) for tag in self.model.get("tags") or []]
        words = [
            ("uid", text(uid), ""),
            ("title", text(title), ""),
            ("help", text(help_text, INDENT, 6) if help_text.strip() else "NOT_SAID", ""),
            ("rows", _tuple(written), ""),
        ]
        words += [("variables", _tuple(variables), "")] if variables else []
        words += [("tags", literal(tags), "")] if tags else []
        for key, value, pattern in (("refresh", refresh, ""), ("since", since, "now-")):
            if re.fullmatch(rf"{pattern}\d+[smhdw]", value):
                words.append((key, text(value), ""))
            elif value:
                self._note(key, f"{value!r} is not carried over.")
        if self._datasource != "datasource":
            words.append(("datasource", text(self._datasource), ""))
        code = call("DASHBOARD = Dashboard", words) + "\n"
        names = [name for name in _NAMES if re.search(rf"\b{name}\b[.(]", code)]
        said = f"\nNOT_SAID = {text(NOT_SAID)}  # replace where it is used\n"
        head = f'"""Imported from {self.path.name}."""\n\n{_import(names)}\n'
        return head + (said if "NOT_SAID" in code else "") + f"\n{code}"

    def _row(self, row: ReadRow) -> Iterator[str]:
        made = [(code, size(panel)) for panel in row.panels for code in self._item(panel)]
        if not made:
            return
        inner = INDENT * 3
        items = [
            code.replace("\0", f"width={width},\n{inner}{INDENT}height={height}")
            for code, width, height in _lines(made)
        ]
        shown = "(\n" + "".join(f"{inner}{item},\n" for item in items) + f"{INDENT * 2})"
        collapsed = ", collapsed=True" if row.collapsed else ""
        yield f"Row({text(row.title)}, {shown}{collapsed})"

    def _item(self, panel: Json) -> Iterator[str]:
        """The code of a panel, with a NUL where its size belongs; nothing for one left out."""
        title = str(panel.get("title") or "")
        if panel.get("type") == "text":
            content = str(
                (panel.get("options") or panel).get("content") or panel.get("content", "")
            )
            if content.strip():
                yield _call(
                    "Note", [("title", text(title), ""), ("text", text(content, INDENT * 4, 6), "")]
                )
                return
        self.met[title] += 1
        reason = self._refusal(panel, title)
        if reason:
            self.left.append(Problem(self._line(title), f"panel {title!r}: {reason}"))
            return
        self.titles.add(title)
        seen = look(panel)
        if seen.lost:
            self._note(f"panel {title!r}", f"without its {', '.join(seen.lost)}.", title)
        yield _call("Panel", list(_panel(panel, title, seen)))

    def _refusal(self, panel: Json, title: str) -> str:
        """Why a panel cannot be a `Panel`; empty where it can."""
        if panel.get("libraryPanel"):
            return "a library panel, whose queries are not in the file."
        if view(panel) is None:
            return f"the panel type {panel.get('type')!r} is not one that a Panel draws."
        if not title.strip():
            return "it has no title."
        if title in self.titles:
            return "another panel of the dashboard has the same title."
        return self._query_refusal(panel)

    def _query_refusal(self, panel: Json) -> str:
        targets = list(panel.get("targets") or [])
        if not targets or not all(target.get("expr") for target in targets):
            return "it has no queries in PromQL alone."
        asked = {_source(target.get("datasource") or panel.get("datasource")) for target in targets}
        if asked - {self._datasource, ""}:
            return "it asks another data source than most panels."
        try:
            for target in targets:
                Query("", str(target["expr"]))
        except DefinitionError as error:
            return error.message.partition("\n")[0]
        return ""

    @cached_property
    def _datasource(self) -> str:
        """The variable that most queries name as their data source."""
        names = Counter(
            _source(target.get("datasource") or panel.get("datasource"))
            for row in rows(self.model)
            for panel in row.panels
            for target in panel.get("targets") or []
        )
        names.pop("", None)
        return names.most_common(1)[0][0] if names else "datasource"

    def _templating(self) -> list[Json]:
        return list((self.model.get("templating") or {}).get("list") or [])

    def _variable(self, variable: Json) -> Iterator[str]:
        kind, name = str(variable.get("type")), str(variable.get("name"))
        if kind == "datasource":
            if name != self._datasource:
                self.left.append(Problem(self._line(name), f"variable {name!r}: a data source."))
            return
        if kind not in _KINDS:
            reason = f"variable {name!r}: the type {kind!r} is not carried over."
            self.left.append(Problem(self._line(name), reason))
            return
        query = variable.get("query")
        asked = str(query.get("query", "") if isinstance(query, dict) else query or "")
        words = [("name", text(name), ""), ("kind", text(kind), "")]
        words.append(("query", text(asked, INDENT * 3, 7), ""))
        for key, value in (
            ("title", variable.get("label")),
            ("multi", variable.get("multi")),
            ("include_all", variable.get("includeAll")),
            ("all_value", variable.get("allValue")),
            ("regex", variable.get("regex")),
            ("hide", variable.get("hide")),
        ):
            if value:
                words.append((key, literal(value, INDENT * 3), ""))
        yield call("OtherVariable", words, INDENT * 2)

    def _note(self, subject: str, message: str, title: str = "") -> None:
        self.notes.append(Problem(self._line(title), f"{subject}: {message}"))

    def _line(self, name: str) -> Location:
        """Where that title or name stands; of panels of one title, as many as were met so far."""
        value = re.escape(json.dumps(name, ensure_ascii=False))
        pattern = re.compile(rf'"(title|name|uid)":\s*{value}')
        found = [number for number, line in enumerate(self.lines, 1) if pattern.search(line)]
        number = min(self.met[name], len(found)) - 1
        return Location(str(self.path), found[max(number, 0)] if found else 1)


def _panel(panel: Json, title: str, seen: PanelLook) -> Iterator[tuple[str, str, str]]:
    drawn = view(panel) or View.TIME_SERIES
    yield "title", text(title, INDENT * 4, 7), ""
    yield "help", text(str(panel.get("description") or ""), INDENT * 4, 6), ""
    yield "unit", _unit(seen.unit), ""
    yield "queries", _tuple([_query(each) for each in panel["targets"]], INDENT * 4), ""
    if drawn is not View.TIME_SERIES:
        yield "view", f"View.{drawn.name}", ""
    if seen.minimum != 0:
        yield "minimum", _plain(seen.minimum), ""
    if seen.maximum is not None:
        yield "maximum", _plain(seen.maximum), ""
    if seen.decimals is not None:
        yield "decimals", str(int(seen.decimals)), ""
    if seen.stacked:
        yield "stacked", "True", ""
    if seen.states:
        states = [
            f"PanelState({number}, {text(word)}, {text(color)})"
            for number, word, color in seen.states
        ]
        yield "states", _tuple(states, INDENT * 4), ""
    yield "as_written", _as_written(seen), ""


def _as_written(seen: PanelLook) -> str:
    steps = [f"PanelThreshold({_plain(value)}, {text(color)})" for value, color in seen.thresholds]
    words = [("thresholds", _tuple(steps, INDENT * 5), "")] if steps else []
    words += [("in_percent", "True", "")] if seen.in_percent else []
    words += [("drawn", "True", "")] if seen.drawn else []
    return call("PanelAsWritten", words, INDENT * 4) if words else "PanelAsWritten()"


def _query(target: Json) -> str:
    inner = INDENT * 6
    legend = text(str(target.get("legendFormat") or ""), inner)
    expr = text(str(target["expr"]), inner)
    hidden = f"{inner}hidden=True,\n" if target.get("hide") else ""
    hidden += f"{inner}buckets=True,\n" if target.get("format") == "heatmap" else ""
    return f"Query(\n{inner}{legend},\n{inner}{expr},\n{hidden}{INDENT * 5})"


def _unit(unit: str) -> str:
    known = {each.value: each.name for each in PanelUnit}
    return f"PanelUnit.{known[unit]}" if unit in known else f"OtherUnit({text(unit)})"


def _source(datasource: object) -> str:
    """The variable that a data source is chosen by; empty for the default or a fixed one."""
    name = datasource.get("uid") if isinstance(datasource, dict) else datasource
    match = _SOURCE.fullmatch(str(name or ""))
    return match[1] if match else ""


def _plain(number: float | None) -> str:
    return "None" if number is None else f"{number:.15g}"


def _tuple(codes: Sequence[str], indent: str = INDENT) -> str:
    return "(\n" + "".join(f"{indent}{INDENT}{code},\n" for code in codes) + f"{indent})"


def _call(name: str, words: list[tuple[str, str, str]]) -> str:
    """A call inside a row, with a NUL where the size belongs."""
    inner = INDENT * 3
    return call(name, words, inner).removesuffix(f"\n{inner})") + f"\n{inner}{INDENT}\0,\n{inner})"


def _lines(items: Iterable[tuple[str, tuple[int, int]]]) -> Iterator[tuple[str, int, int]]:
    """The items with widths that fill line after line; those of one line are equally high."""
    line: list[tuple[str, int, int]] = []
    for code, (width, height) in items:
        if line and sum(taken for _, taken, _ in line) + width > GRID_COLUMNS:
            yield from _filled(line)
            line = []
        line.append((code, width, height))
    yield from _filled(line)


def _filled(line: list[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    spare = GRID_COLUMNS - sum(width for _, width, _ in line)
    highest = max((height for _, _, height in line), default=0)
    for number, (code, width, _) in enumerate(line):
        share = (number + 1) * spare // len(line) - number * spare // len(line)
        yield code, width + share, highest


def _import(names: Sequence[str]) -> str:
    found = []
    for module in (_DASHBOARDS, "toolkit.imported.panel_as_written"):
        of_it = [name for name in names if (name in _OF_IMPORTED) == (module != _DASHBOARDS)]
        whole = f"from {module} import {', '.join(of_it)}"
        if of_it and len(whole) < WIDTH:
            found.append(whole)
        elif of_it:
            lines = "".join(f"    {name},\n" for name in of_it)
            found.append(f"from {module} import (\n{lines})")
    return "\n".join(found)
