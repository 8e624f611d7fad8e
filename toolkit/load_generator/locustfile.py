"""What Locust reads beside a scenario, so that one which knows nothing of this is measured too."""

from toolkit.load_generator import (
    locust_plugin as locust_plugin,  # noqa: PLC0414 - imported for its listeners
)
