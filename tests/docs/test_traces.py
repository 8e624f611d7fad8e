"""`docs/traces.md` says what the code does: variables, log fields, the page's own command."""

import json
import logging
import re

import yaml

from target_app.execution.logs import JsonFormatter
from target_app.tracing import settings
from tests.support.documents import blocks
from tests.support.repository import ROOT

PAGE = ROOT / "docs" / "traces.md"
TEXT = PAGE.read_text(encoding="utf-8")


def test_the_variables_of_the_page_are_read() -> None:
    named = set(re.findall(r"`(OTEL_[A-Z_]+)`", TEXT))
    of_the_sdk = {"OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES"}
    assert named - of_the_sdk <= settings.KNOWN | {settings.DISABLED, settings.PROPAGATORS}
    assert {settings.EXPORTER, settings.ENDPOINT, settings.SAMPLER} <= named


def test_the_collector_reads_the_fields_that_log_lines_have() -> None:
    (text,) = [x.text for x in blocks(PAGE) if x.language == "yaml"]
    collector = yaml.safe_load(text)
    parser = collector["receivers"]["file_log"]["operators"][0]
    read = re.findall(r"attributes\.(\w+)", json.dumps(parser))
    line = json.loads(
        JsonFormatter().format(logging.LogRecord("a", logging.INFO, "a.py", 1, "m", None, None))
    )
    assert set(read) == {"time", "level", "trace_id", "span_id"}
    assert {"time", "level"} <= line.keys()
    for pipeline in collector["service"]["pipelines"].values():
        for kind in ("receivers", "processors", "exporters"):
            assert set(pipeline[kind]) <= collector[kind].keys()
