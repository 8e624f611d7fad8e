"""Lint rules that look at dashboards: one module for each, named for the pattern it flags."""
