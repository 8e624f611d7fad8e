"""The reference system's dashboards: one module each, exporting DASHBOARD."""
