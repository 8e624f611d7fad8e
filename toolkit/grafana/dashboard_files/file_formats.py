"""The forms in which dashboards are kept → the classic model that is inside, or that says the same.

Classic JSON as exported; wrapped as `{"dashboard": …}` by Grafana's API; the V1 resource
(`dashboard.grafana.app/v1…`, the classic model under `spec`); the V2 resource and its bare
`spec`; the Grafana operator's resource.
Source: https://grafana.com/docs/grafana/latest/observability-as-code/schema-v2/
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from toolkit.grafana.read_v2_resource import NotV2Error, classic_of_v2

API_GROUP = "dashboard.grafana.app/"
_PANELS = ("panels", "rows")


@dataclass(frozen=True, slots=True)
class ReadForm:
    """The classic model, the name of its form, and what the form says that the model cannot."""

    model: dict[str, Any]
    form: str
    notes: tuple[str, ...] = ()


class FormError(ValueError):
    """Not a dashboard in any form that is known; the text says why, without the file's name."""


def read_form(found: object) -> ReadForm:
    """The dashboard in loaded JSON. Raises FormError."""
    if not isinstance(found, Mapping):
        raise FormError("a dashboard must be an object")
    if isinstance(found.get("dashboard"), Mapping):
        return read_form(found["dashboard"])
    spec = found.get("spec")
    if isinstance(spec, Mapping) and ("apiVersion" in found or found.get("kind") == "Dashboard"):
        return _read_resource(found, spec)
    if "elements" in found:
        return _read_v2(found, "")
    if not any(key in found for key in _PANELS):
        raise FormError("has no panels: neither of the classic schema nor of V2.")
    return ReadForm(dict(found), "classic")


def classic_model(uid: str, kind: str, data: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a Grafana holds in the schema of `kind`, as the classic model. Raises FormError."""
    if kind == "classic":
        return data
    version = {"apiVersion": f"{API_GROUP}{kind}", "kind": "Dashboard", "metadata": {"name": uid}}
    return read_form({**version, "spec": data}).model


def _read_resource(found: Mapping[str, Any], spec: Mapping[str, Any]) -> ReadForm:
    metadata = found.get("metadata")
    name = str(metadata.get("name") or "") if isinstance(metadata, Mapping) else ""
    if isinstance(spec.get("json"), str):  # the operator keeps the file's text
        try:
            inner = json.loads(spec["json"])
        except ValueError as error:
            raise FormError(f"spec.json is not JSON: {error}.") from None
        return ReadForm(read_form(inner).model, "operator")
    if "elements" in spec:
        return _read_v2(spec, name)
    if not any(key in spec for key in _PANELS):
        raise FormError(f"its spec ({found.get('apiVersion')}) has no panels and no elements.")
    return ReadForm({**spec, "uid": spec.get("uid") or name}, "v1")


def _read_v2(spec: Mapping[str, Any], name: str) -> ReadForm:
    try:
        model, notes = classic_of_v2(spec, name)
    except NotV2Error as error:
        raise FormError(f"not of the V2 schema: {error}.") from None
    return ReadForm(model, "v2", tuple(notes))
