"""Dashboards drawn without a Grafana server: what to ask, how to lay out, what to write."""
