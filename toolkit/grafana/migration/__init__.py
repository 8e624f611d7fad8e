"""Dashboards of old schemas, from 12 on, brought to today's: what changes how they look."""
