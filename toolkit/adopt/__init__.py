"""Adoption of what exists: definitions written from scrapes, rules, dashboards and routes."""
