"""The page says what is true: its table is the settings, and the signed `curl` works pasted."""

import json
import os
import re
import subprocess
from collections.abc import Callable, Iterator

from target_app.exchanges.injected_faults import FaultName
from target_app.execution.response_bodies import CODES
from target_app.execution.settings import PREFIX, TABLE
from target_app.settings_table import shown
from tests.support.repository import ROOT
from tests.support.service_process import SECRET, Server
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


def test_every_code_and_every_fault_is_explained() -> None:
    text = PAGE.read_text(encoding="utf-8")
    unasked = {"not_found", "method_not_allowed", "internal"}  # these say it themselves
    for name in (CODES.keys() - unasked) | {fault.value for fault in FaultName}:
        assert f"`{name}`" in text, name
