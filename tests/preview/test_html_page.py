"""The file that is written, and the recording that it can be written from again."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.support.made_up_prometheus import HOUR, World, dashboard, panel, wanted
from toolkit.errors import RefusedError, UsageError
from toolkit.preview.data_source import Asked, Recorder, recording
from toolkit.preview.html_page import html
from toolkit.preview.panel_data import collect

ASKED = Asked(now=HOUR.end, since="now-1h", until="now", scrape_interval="15s")


def written(page: dict[str, Any]) -> str:
    data = collect(page, World(), wanted()).data
    return html([data], window=HOUR, theme="dark", timezone="utc")


def payload(text: str) -> Any:
    found = re.search(
        r'<script id="payload" type="application/json">(.*?)</script>', text, re.DOTALL
    )
    assert found is not None
    return json.loads(found[1])


def test_the_data_comes_back_as_it_was_whatever_it_says() -> None:
    hostile = "</script><script>alert(1)</script><!-- \u2028 \" ' &lt; <script"
    data = payload(written(dashboard(panel(title=hostile))))
    assert data["drawings"][0]["rows"][0]["panels"][0]["title"] == hostile
    assert (data["from"], data["to"]) == (HOUR.start * 1000, HOUR.end * 1000)


def test_the_data_can_end_no_element() -> None:
    text = written(dashboard(panel(title="</script><img src=x onerror=alert(1)>")))
    assert text.count("</script>") == 2  # the data's own, and the page's own
    assert "<img" not in text.partition("<script type=")[0]


def test_the_policy_allows_one_script_and_no_server() -> None:
    text = written(dashboard())
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy is not None
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].split(";"))
    assert rules["default-src"] == "'none'"
    assert re.fullmatch(r"'sha256-[\w+/=]+'", rules["script-src"])
    assert "connect-src" not in rules
    assert not re.search(r"https?:", policy[1])


def test_a_recording_draws_the_same_page(tmp_path: Path) -> None:
    recorder = Recorder(World())
    first = collect(dashboard(), recorder, wanted())
    recorder.write(tmp_path / "kept.json", ASKED)
    again = recording(tmp_path / "kept.json")
    assert again.asked == ASKED
    assert collect(dashboard(), again, wanted()).data == first.data


def test_a_recording_is_the_same_bytes_whatever_came_first(tmp_path: Path) -> None:
    for name, questions in (("a", ("x", "y")), ("b", ("y", "x"))):
        recorder = Recorder(World())
        for question in questions:
            recorder.ask("/api/v1/query", {"query": question, "time": "1"})
        recorder.write(tmp_path / name, ASKED)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_recording_refuses_what_was_not_asked(tmp_path: Path) -> None:
    Recorder(World()).write(tmp_path / "kept.json", ASKED)
    with pytest.raises(RefusedError, match="the snapshot has no answer to this"):
        recording(tmp_path / "kept.json").ask("/api/v1/query", {"query": "up"})


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"version": 9}', '{"version": 1}'])
def test_what_is_no_recording_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "kept.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="not a snapshot of this toolkit") as error:
        recording(path)
    assert f"--record {path}" in error.value.fix


def test_a_missing_recording_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="No such file") as error:
        recording(tmp_path / "kept.json")
    assert "toolkit preview --record" in error.value.fix
