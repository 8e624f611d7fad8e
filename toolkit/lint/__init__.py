"""Lint: rules that find what is wrong in definitions, rule files and dashboards, offline."""
