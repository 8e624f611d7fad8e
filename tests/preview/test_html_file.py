"""The file that is written: its data, whatever that says, and its policy."""

import json
import re
from typing import Any

from tests.support.made_up_prometheus import HOUR, World, dashboard, drawing_options, panel
from toolkit.preview.draw_dashboard import collect
from toolkit.preview.html_file import html


def written(page: dict[str, Any]) -> str:
    data = collect(page, World(), drawing_options()).data
    return html([data], time_range=HOUR, theme="dark", timezone="utc")


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
