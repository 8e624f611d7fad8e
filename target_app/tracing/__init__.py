"""Traces of the reference system: off by default, and then OpenTelemetry's SDK is not imported."""
