"""The smallest stack: a service of our own beside Prometheus and Alertmanager."""

import sys
from pathlib import Path

from tests.support.repository import ROOT
from toolkit.config.pyproject import Addresses, Config, StackConfig
from toolkit.stack.free_ports import on_free_ports
from toolkit.stack.server_commands import StackFiles

SERVE = (sys.executable, str(ROOT / "tests" / "support" / "small_service.py"))


def config(root: Path, behaviour: str = "") -> Config:
    """A project in `root` whose stack runs on free ports and whose service behaves so."""
    environment = {
        "FAKE_PORT": "{port}",
        "FAKE_BEHAVIOUR": behaviour,
        "FAKE_SECRET": "{secret}",
        "FAKE_STATE": "{state}",
    }
    return on_free_ports(
        Config(
            root=root,
            catalogue="shop.catalogue:CATALOGUE",
            serve="shop.main:main",
            stack=StackConfig(environment=environment),
        )
    )


def _prometheus(addresses: Addresses) -> str:
    target = addresses.services["service"][0].removeprefix("http://")
    return f"scrape_configs: [{{job_name: shop, static_configs: [{{targets: ['{target}']}}]}}]\n"


def _alertmanager(_addresses: Addresses) -> str:
    return "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


FILES = StackFiles(prometheus=_prometheus, alertmanager=_alertmanager)
