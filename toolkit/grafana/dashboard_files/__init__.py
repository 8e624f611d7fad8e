"""Dashboards in files of any origin: found, read, and each part with its place."""
