"""A dashboard as somebody wrote it: its panels, queries and variables, each with its place.

Reads every form and schema (`dashboard_forms`, `migration`), and remembers where in the file each
part stood. Knows nothing of what is right.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from toolkit.findings import Location
from toolkit.grafana.dashboard_files.export_inputs import completed
from toolkit.grafana.dashboard_files.file_formats import FormError, read_form
from toolkit.grafana.data_source_choice import is_prometheus
from toolkit.grafana.json_positions import AT, LocatedJson, Path, located
from toolkit.grafana.migration.dashboard import all_panels, migrated
from toolkit.grafana.promql_variables import readings
from toolkit.grafana.read_v2_resource import condition_variables
from toolkit.promql import PromQLError, parse

Json = Mapping[str, Any]


class NotADashboardError(ValueError):
    """Not a dashboard; the text says why, `location` where."""

    def __init__(self, message: str, location: Location, *, is_json: bool) -> None:
        super().__init__(message)
        self.location = location
        self.is_json = is_json


LOKI = "loki"
"""The type of the data sources whose queries are LogQL."""


@dataclass(frozen=True, slots=True)
class WrittenQuery:
    """One query of a panel. `kind` is its data source's, as far as the file says."""

    expr: str
    ref_id: str
    kind: str
    subject: str
    location: Location
    model: Json

    @property
    def is_promql(self) -> bool:
        """Whether it is a query of Prometheus, or of a source that is not said."""
        return bool(self.expr) and (not self.kind or is_prometheus(self.kind))

    @property
    def readable(self) -> str:
        """The expression with variables read as something, at the same length; "" if none fits."""
        for text in readings(self.expr):
            try:
                parse(text)
            except PromQLError:
                continue
            return text
        return ""


@dataclass(frozen=True, slots=True)
class WrittenPanel:
    """A panel, brought to today's schema, with its name for findings and its place."""

    model: Json
    subject: str
    location: Location
    queries: tuple[WrittenQuery, ...]

    @property
    def kind(self) -> str:
        """Its type, by today's name."""
        return str(self.model.get("type") or "")

    @property
    def defaults(self) -> Json:
        """The defaults of its fieldConfig."""
        found: Json = (self.model.get("fieldConfig") or {}).get("defaults") or {}
        return found


@dataclass(frozen=True, slots=True)
class WrittenVariable:
    """A variable of a dashboard."""

    name: str
    kind: str
    model: Json
    location: Location


@dataclass
class WrittenDashboard:
    """A dashboard of a file."""

    path: str
    model: Json
    form: str
    text: LocatedJson = field(repr=False)
    condition_variables: frozenset[str] = frozenset()  # that show or hide something, in V2

    @property
    def subject(self) -> str:
        """What findings call it: its title, or its file."""
        return str(self.model.get("title") or "") or self.path

    @property
    def location(self) -> Location:
        """Its first line."""
        return self.text.location(self._at(self.model))

    def place(self, part: Json, *keys: str | int) -> Location:
        """Where a part of it stands, or a key of that part."""
        return self.text.location((*self._at(part), *keys))

    @cached_property
    def panels(self) -> tuple[WrittenPanel, ...]:
        """Every panel that is not a row, those of folded rows included."""
        shown = [x for x in all_panels(self.model) if x.get("type") != "row"]
        return tuple(self._panel(panel) for panel in shown)

    @cached_property
    def variables(self) -> tuple[WrittenVariable, ...]:
        """Its variables, in order."""
        listed = (self.model.get("templating") or {}).get("list") or []
        return tuple(
            WrittenVariable(str(x.get("name")), str(x.get("type")), x, self.place(x))
            for x in listed
        )

    @cached_property
    def annotations(self) -> tuple[Json, ...]:
        """Its annotations but for Grafana's own."""
        listed = (self.model.get("annotations") or {}).get("list") or []
        return tuple(each for each in listed if not each.get("builtIn"))

    def queries(self) -> Iterator[WrittenQuery]:
        """The queries of all panels."""
        for panel in self.panels:
            yield from panel.queries

    def source_kind(self, datasource: Any) -> str:
        """The kind of a data source as a panel or query names it; empty where it is not said."""
        if isinstance(datasource, Mapping):
            kind = str(datasource.get("type") or "")
            return kind or self._kind_of_variable(str(datasource.get("uid") or ""))
        return self._kind_of_variable(str(datasource or ""))

    def _kind_of_variable(self, text: str) -> str:
        name = text.strip("${}[]")
        found = [x for x in self.variables if x.kind == "datasource" and x.name == name]
        return (
            str(found[0].model.get("query") or "") if found and text.startswith(("$", "[")) else ""
        )

    def _panel(self, model: Json) -> WrittenPanel:
        title = str(model.get("title") or "").strip()
        name = f"{self.subject}: {title or 'panel ' + str(model.get('id'))}"
        queries = []
        for target in model.get("targets") or []:
            letter = str(target.get("refId") or "A")
            kind = self.source_kind(target.get("datasource") or model.get("datasource"))
            queries.append(
                WrittenQuery(
                    expr=str(target.get("expr") or ""),
                    ref_id=letter,
                    kind="" if kind in {"datasource", "mixed"} else kind,
                    subject=f"{name}: {letter}",
                    location=self._expr_place(target),
                    model=target,
                )
            )
        return WrittenPanel(model, name, self.place(model), tuple(queries))

    def _expr_place(self, target: Json) -> Location:
        at = self._at(target)
        inner = (*at, "expr")
        deep = (*at, "query", "spec", "expr")  # of V2
        return self.text.location(inner if inner in self.text.places else deep)

    @staticmethod
    def _at(part: Json) -> Path:
        return tuple(part.get(AT) or ())


def read_written(text: str, path: str) -> WrittenDashboard:
    """The dashboard in the text of a file. Raises NotADashboardError."""
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        place = Location(path, error.lineno, error.colno)
        raise NotADashboardError(f"not JSON: {error.msg}", place, is_json=False) from None
    except RecursionError:
        raise NotADashboardError("nested too deeply", Location(path, 1), is_json=False) from None
    places = located(text, path)
    _mark(found)
    try:
        form = read_form(found)
        model, _ = completed(form.model, {})
        shown_by = condition_variables(found)
        return WrittenDashboard(path, migrated(model), form.form, places, shown_by)
    except FormError as error:
        raise NotADashboardError(str(error), Location(path, 1), is_json=True) from None
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        # A file may hold anything: a list where Grafana saves a mapping.
        words = f"not a dashboard as Grafana saves one: {error}"
        raise NotADashboardError(words, Location(path, 1), is_json=True) from None


_MARKED = frozenset({"panels", "rows", "targets", "queries", "list", "variables", "annotations",
                     "elements", "overrides"})  # fmt: skip


def _mark(found: Any) -> None:
    """Give each part that findings point at its path, which it keeps while it is brought up."""
    pending: list[tuple[Any, Path]] = [(found, ())]
    while pending:
        part, path = pending.pop()
        if isinstance(part, dict):
            children = list(part.items())
            is_listed = len(path) > 1 and path[-2] in _MARKED
            if is_listed or not path or path[-1] in {"dashboard", "spec"}:
                part[AT] = list(path)
        elif isinstance(part, list):
            children = list(enumerate(part))
        else:
            continue
        pending += [
            ((value), (*path, key)) for key, value in children if value.__class__ in (dict, list)
        ]
