"""Alerts about what protects money, written to `protection_alerts.yml`."""
