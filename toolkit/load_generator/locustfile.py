"""Read by Locust next to a scenario, so that one without the plugin is measured too."""

from toolkit.load_generator import locust_plugin as locust_plugin  # noqa: PLC0414 - imported for its listeners
