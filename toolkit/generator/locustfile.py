"""What Locust reads beside a scenario, so that one which knows nothing of this is measured too."""

from toolkit.generator import plugin as plugin  # noqa: PLC0414 - imported for its listeners
