"""Alerts on what the reference system promises, written to `objectives_alerts.yml`."""
