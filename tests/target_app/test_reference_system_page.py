"""The page says what is true: its table is the settings, and the signed `curl` works pasted."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from typing import Any

from target_app.exchanges.injected_faults import FaultName
from target_app.execution.response_bodies import CODES
from target_app.execution.settings import PREFIX, TABLE
from target_app.settings_table import shown
from tests.support.repository import ROOT
from tests.support.service_in_process import order
from tests.support.service_process import SECRET, Client, Server
from tests.support.wait_until import PATIENCE_SECONDS

OPENING = "<!-- settings: a test compares them with target_app/execution/settings.py -->\n"
PAGE = ROOT / "docs" / "reference-system.md"


def table() -> Iterator[str]:
    """The settings as the page lists them; UPDATE_DOCUMENTS=1 writes it there."""
    yield "| variable | meaning | default |"
    yield "|---|---|---|"
    for field in TABLE:
        default = shown(field.default)
        cell = "" if default == "none" else f"`{default}`"
        choices = ", ".join(f"`{choice}`" for choice in field.metadata["choices"])
        meaning = field.metadata["help"] + (f": {choices}" if choices else "")
        yield f"| `{PREFIX}{field.name.upper()}` | {meaning} | {cell} |"


def test_the_settings_are_those_of_the_table() -> None:
    text = PAGE.read_text(encoding="utf-8")
    head, opening, rest = text.partition(OPENING)
    listed, closing, tail = rest.partition("<!-- end of settings -->")
    wanted = "\n".join(table()) + "\n"
    if os.environ.get("UPDATE_DOCUMENTS"):
        PAGE.write_text(head + opening + wanted + closing + tail, encoding="utf-8")
        listed = wanted
    assert listed == wanted, "run the tests with UPDATE_DOCUMENTS=1 and look at the difference"


def test_the_signed_curl_works_when_pasted(launch: Callable[..., Server]) -> None:
    server = launch()
    text = (ROOT / "docs" / "getting-started.md").read_text(encoding="utf-8")
    found = re.search(r"<!-- signed curl.*?-->\n```sh\n(.*?)```", text, re.DOTALL)
    assert found is not None
    script = found[1].replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")
    environment = os.environ | {"EXECUTION_WEBHOOK_SECRETS": f"{SECRET},an-older-one-of-these"}
    answers = [
        json.loads(
            subprocess.run(
                ["bash", "-ec", script],
                env=environment,
                capture_output=True,
                check=True,
                timeout=PATIENCE_SECONDS,
            ).stdout
        )
        for _ in range(2)
    ]
    assert [answer["duplicate"] for answer in answers] == [False, True]
    assert answers[0]["symbol"] == "BTC/USDT"


def typed(marker: str, port: int, **variables: str) -> list[dict[str, Any]]:
    """What the commands below a marker of the page answer, each a JSON document."""
    found = re.search(rf"<!-- {marker}: .*?-->\n```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    # Each answer on a line of its own.
    script = found[1].replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("-sS ", "-sSw '\n' ")
    done = subprocess.run(
        ["bash", "-ec", script],
        env=os.environ | variables,
        capture_output=True,
        check=True,
        timeout=PATIENCE_SECONDS,
        text=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_commands_that_stop_everything_and_set_faults_work_when_pasted(
    launch: Callable[..., Server],
) -> None:
    token = "an-admin-token-for-tests"
    server = launch(EXECUTION_ADMIN_TOKEN=token)
    halted, lifted = typed("halt", server.port, EXECUTION_ADMIN_TOKEN=token)
    assert (halted["halted"], halted["reason"]) == (True, "losses")
    assert lifted["halted"] is False
    drilled, cleared = typed("faults", server.port, EXECUTION_ADMIN_TOKEN=token)
    assert drilled["faults"]["handler_delay"]["seconds"] == 0.3
    assert cleared == {"faults": {}}


def test_the_command_that_asks_for_an_order_works_when_pasted(
    launch: Callable[..., Server],
) -> None:
    server = launch()
    client = Client(server.port)
    told = client.send(order(id="signal-1"))[1]
    client.close()
    secrets = f"{SECRET},an-older-one-of-these"
    (shown_,) = typed("order status", server.port, EXECUTION_WEBHOOK_SECRETS=secrets)
    assert shown_["answer"] == told


def test_every_code_and_every_fault_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    unasked = {"not_found", "method_not_allowed", "internal"}  # these say it themselves
    for name in (CODES.keys() - unasked) | {fault.value for fault in FaultName}:
        assert f"`{name}`" in text, name
