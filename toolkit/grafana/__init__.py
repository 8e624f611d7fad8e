"""Grafana: dashboards in its classic JSON, provisioning files and its HTTP API."""
