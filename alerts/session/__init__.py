"""Alerts of the trading session, written to `session_alerts.yml`."""
