"""Lint rules for dashboards in files of any origin: one module for each."""
