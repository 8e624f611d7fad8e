"""Data sources of traces and logs, where the stack has them, and how one leads to the other."""

import json
import logging
import re
from typing import Any

import pytest
import yaml

from target_app.execution.logs import JsonFormatter
from target_app.tracing.spans import CURRENT, exemplar
from tests.support.repository import ROOT
from toolkit.config.pyproject import Config, StackConfig
from toolkit.formats.yaml_text import yaml_text
from toolkit.grafana import provisioning

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
TEMPO, JAEGER = "http://tempo:3200", "http://jaeger:16686"
LOKI = "http://loki:3100"


class KeptSpan:
    """A span that is current and kept; nothing else is asked of it here."""

    trace_id, span_id, is_sampled = TRACE, "00f067aa0ba902b7", True


def sources(**stack: Any) -> dict[str, dict[str, Any]]:
    """By uid, what Grafana reads in the file."""
    config = Config(root=ROOT, catalogue="a:B", stack=StackConfig(**stack))
    text = yaml_text(provisioning.datasources(config), "pyproject.toml", "build")
    found = yaml.safe_load(text)["datasources"]
    return {each["uid"]: each for each in found}


def test_without_an_address_there_is_neither() -> None:
    found = sources()
    assert set(found) == {"prometheus", "alertmanager"}
    assert "exemplarTraceIdDestinations" not in found["prometheus"]["jsonData"]


@pytest.mark.parametrize(("uid", "url"), [("tempo", TEMPO), ("jaeger", JAEGER)])
def test_exemplars_lead_to_the_data_source_of_traces(uid: str, url: str) -> None:
    found = sources(**{uid: url})
    assert (found[uid]["type"], found[uid]["url"]) == (uid, url)
    assert found[uid]["jsonData"] == {}
    (destination,) = found["prometheus"]["jsonData"]["exemplarTraceIdDestinations"]
    assert destination["datasourceUid"] == uid
    token = CURRENT.set(KeptSpan())  # type: ignore[arg-type]
    try:
        assert exemplar() == {destination["name"]: TRACE}
    finally:
        CURRENT.reset(token)


def test_a_log_line_leads_to_its_trace_and_a_span_to_its_log_lines() -> None:
    found = sources(tempo=TEMPO, loki=LOKI)
    assert (found["loki"]["type"], found["loki"]["url"]) == ("loki", LOKI)
    in_line, beside = found["loki"]["jsonData"]["derivedFields"]
    record = logging.LogRecord("a", logging.INFO, "a.py", 1, 'says "trace_id": ""', None, None)
    token = CURRENT.set(KeptSpan())  # type: ignore[arg-type]
    try:
        line = JsonFormatter().format(record)
    finally:
        CURRENT.reset(token)
    match = re.search(in_line["matcherRegex"], line)
    assert match is not None
    assert match[1] == TRACE == json.loads(line)["trace_id"]
    assert (beside["matcherType"], beside["matcherRegex"]) == ("label", "trace_id")
    for field in (in_line, beside):
        assert field["datasourceUid"] == "tempo"
        assert field["url"] == "$${__value.raw}"  # which Grafana reads as one dollar
    back = found["tempo"]["jsonData"]["tracesToLogsV2"]
    assert (back["datasourceUid"], back["filterByTraceID"]) == ("loki", True)


def test_logs_alone_lead_nowhere() -> None:
    assert sources(loki=LOKI)["loki"]["jsonData"] == {}
