"""Alertmanager: its configuration, its route tree and its HTTP API."""
