"""Alerts of the execution service, written to `execution_alerts.yml`."""
