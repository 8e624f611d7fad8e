"""Grafana's APIs for dashboards and folders: the classic one, and that of resources."""
