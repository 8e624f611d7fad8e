"""A project's own configuration of Prometheus and Alertmanager, for the stack that runs it."""

from toolkit.alertmanager.write_config import alertmanager_config
from toolkit.config.pyproject import Addresses
from toolkit.formats.yaml_text import yaml_text
from toolkit.project import Project
from toolkit.prometheus.write_config import prometheus_config
from toolkit.stack.server_commands import StackFiles

_COMMAND = "toolkit up"

# A project that declares no routing still needs an Alertmanager that starts.
_NOBODY = {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}


def generated(project: Project) -> StackFiles:
    """The texts of the committed files with the real addresses and the rules by full path."""
    folder = project.config.root / project.config.alerts.replace(".", "/") / "generated" / "rules"

    def prometheus(addresses: Addresses) -> str:
        data = prometheus_config(project.config, addresses, rules=str(folder / "*.yml"))
        return yaml_text(data, "pyproject.toml", _COMMAND)

    def alertmanager(_addresses: Addresses) -> str:
        routing = project.routing
        data = alertmanager_config(routing) if routing else _NOBODY
        return yaml_text(data, f"{project.config.alerts.replace('.', '/')}/", _COMMAND)

    return StackFiles(prometheus=prometheus, alertmanager=alertmanager)
