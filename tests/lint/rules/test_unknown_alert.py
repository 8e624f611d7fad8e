"""`unknown-alert`: the state of an alert that nobody defines is never there."""

from pathlib import Path

import pytest

from tests.support import plain_rules
from toolkit.lint.rules.unknown_alert import RULE

FLAGGED = {
    'ALERTS{alertname="Downn"}': [
        "no alert is named `Downn`; did you mean 'Down'? (known: Down, X)"
    ],
    'ALERTS{alertname=~"Down|Gone"}': ["no alert is named `Gone` (known: Down, X)"],
    'ALERTS{alertname=~"Gone.*"}': ["no alert has a name that 'Gone.*' fits."],
    'ALERTS{alertstate="fireing"}': [
        "`alertstate` is never 'fireing'; did you mean 'firing'? (known: firing, pending)"
    ],
    'ALERTS_FOR_STATE{alertname="Gone"}': ["no alert is named `Gone` (known: Down, X)"],
}
LEFT_ALONE = (
    'ALERTS{alertname="Down"}',
    'ALERTS{alertname=~"D.*"}',
    'ALERTS{alertname!="Gone"}',
    'ALERTS{alertstate="firing"}',
    'other{alertname="Gone"}',
    'ALERTS{alertstate=~"firing|pending", alertname!~"Gone.*"}',
    'ALERTS{alertname=~"$name"}',
)


def messages(folder: Path, expr: str) -> list[str]:
    rules = ("alert: Down\nexpr: up == 0", f"alert: X\nexpr: '{expr}'")
    return plain_rules.messages(RULE, plain_rules.project(folder, *rules))


@pytest.mark.parametrize(("expr", "wanted"), FLAGGED.items(), ids=FLAGGED)
def test_flags(tmp_path: Path, expr: str, wanted: list[str]) -> None:
    assert messages(tmp_path, expr) == wanted


@pytest.mark.parametrize("expr", LEFT_ALONE)
def test_leaves_alone(tmp_path: Path, expr: str) -> None:
    assert messages(tmp_path, expr) == []
