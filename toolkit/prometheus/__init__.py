"""Prometheus: its rules, its configuration, its HTTP API and what it scrapes."""
