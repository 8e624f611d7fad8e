"""Observability as code and load testing: generic, knows no service and no metric by name."""
