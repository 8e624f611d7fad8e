"""Alerts of the three trading services, written to `services_alerts.yml`."""
