"""Traces of one service: None where they are off, which is the default."""

import importlib
import importlib.util
import logging
from collections.abc import Mapping

from target_app.tracing.settings import read
from target_app.tracing.spans import Tracer
from toolkit.errors import ConfigurationError

_LOG = logging.getLogger(__name__)
_MODULES = ("opentelemetry.sdk", "opentelemetry.exporter.otlp.proto.http")


def open_tracer(service: str, environment: Mapping[str, str]) -> Tracer | None:
    """What makes the spans of `service`, or None. Raises ConfigurationError."""
    settings = read(environment)
    if settings is None:
        return None
    if not all(_is_there(name) for name in _MODULES):
        raise ConfigurationError(
            "traces are on, and OpenTelemetry is not installed.",
            fix="pip install 'observability-toolkit[reference]', or unset OTEL_TRACES_EXPORTER and "
            "OTEL_EXPORTER_OTLP_ENDPOINT.",
        )
    made: Tracer = importlib.import_module("target_app.tracing.sdk").tracer(service, settings)
    _LOG.info("traces go to %s", settings.endpoint)
    return made


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:
        return False
