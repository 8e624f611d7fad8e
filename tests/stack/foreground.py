"""A foreground `up` in a process of its own, for tests that interrupt or kill it."""

import sys
from pathlib import Path

from toolkit.config import Config, StackConfig
from toolkit.errors import ToolkitError
from toolkit.serverconfig import Addresses
from toolkit.stack import local
from toolkit.stack.components import StackFiles
from toolkit.stack.ports import on_free_ports

root = Path(sys.argv[1])


def prometheus(addresses: Addresses) -> str:
    """One target."""
    target = addresses.service.removeprefix("http://")
    return f"scrape_configs: [{{job_name: a, static_configs: [{{targets: ['{target}']}}]}}]"


def alertmanager(_addresses: Addresses) -> str:
    """Nobody is told."""
    return "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


config = Config(
    root=root,
    catalogue="shop.catalogue:CATALOGUE",
    serve="shop.main:main",
    stack=StackConfig(environment={"FAKE_PORT": "{port}", "FAKE_BEHAVIOUR": sys.argv[2]}),
)
files = StackFiles(prometheus=prometheus, alertmanager=alertmanager)
serve = (sys.executable, str(Path(__file__).with_name("serve.py")))
try:
    with local.interruptible():
        stack = local.up(
            on_free_ports(config),
            files,
            state=root / ".toolkit",
            serve=serve,
            progress=lambda sentence: print(sentence, file=sys.stderr, flush=True),  # noqa: T201
        )
        print("up", flush=True)  # noqa: T201 - the test waits for it
        local.watch(stack)
except KeyboardInterrupt:
    local.down(root / ".toolkit")
    sys.exit(130)
except ToolkitError as error:
    sys.stderr.write(f"{error}\n")
    sys.exit(error.status)
