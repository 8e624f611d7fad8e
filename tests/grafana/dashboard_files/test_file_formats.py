"""Each form in which a dashboard is kept holds the classic model, or says the same."""

import json
from typing import Any

import pytest

from toolkit.grafana.dashboard_files.file_formats import FormError, read_form

MODEL: dict[str, Any] = {"uid": "shop", "title": "Shop", "panels": []}
V1 = {
    "apiVersion": "dashboard.grafana.app/v1beta1",
    "kind": "Dashboard",
    "metadata": {"name": "named"},
    "spec": MODEL,
}
OPERATOR = {
    "apiVersion": "grafana.integreatly.org/v1beta1",
    "kind": "GrafanaDashboard",
    "metadata": {"name": "x"},
    "spec": {"json": json.dumps(MODEL)},
}
FORMS: dict[str, tuple[Any, str]] = {
    "classic": (MODEL, "classic"),
    "as the API wraps it": ({"dashboard": MODEL, "meta": {}}, "classic"),
    "the V1 resource": (V1, "v1"),
    "the operator's resource": (OPERATOR, "operator"),
}


@pytest.mark.parametrize(("written", "form"), FORMS.values(), ids=FORMS)
def test_the_classic_model_is_inside(written: Any, form: str) -> None:
    found = read_form(written)
    assert (found.model, found.form) == (MODEL, form)


def test_a_resource_is_named_by_its_metadata() -> None:
    unnamed = {**V1, "spec": {key: value for key, value in MODEL.items() if key != "uid"}}
    assert read_form(unnamed).model["uid"] == "named"


BAD: dict[str, tuple[Any, str]] = {
    "a list": ([], "a dashboard must be an object"),
    "something else": ({"title": "x"}, "has no panels: neither of the classic schema nor of V2"),
    "an empty resource": (
        {**V1, "spec": {"title": "x"}},
        "its spec (dashboard.grafana.app/v1beta1) has no panels",
    ),
    "V2 without a layout": ({"elements": {}}, "not of the V2 schema: spec.layout must be an"),
}


@pytest.mark.parametrize(("written", "words"), BAD.values(), ids=BAD)
def test_what_is_none_is_told(written: Any, words: str) -> None:
    with pytest.raises(FormError) as raised:
        read_form(written)
    assert words in str(raised.value)
