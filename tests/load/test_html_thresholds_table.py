"""Thresholds in the HTML report: measured next to allowed."""

import re

from tests.support.load_runs import OUTCOME
from toolkit.load.html_thresholds_table import thresholds_table


def test_thresholds_show_measured_and_allowed_the_missed_first() -> None:
    text = thresholds_table(OUTCOME.verdicts[0])
    rows = [re.findall(r"<t[hd]>(.*?)</t[hd]>", row) for row in text.split("<tr>")[1:]]
    titles, missed, kept = [[re.sub("<.*?>", "", cell) for cell in row] for row in rows]
    assert titles == ["", "threshold", "measured", "allowed"]
    assert missed == ["✗", "p(95)&lt;5", "56.7 ms", "&lt; 5 ms"]
    assert kept == ["✓", "rps&gt;=1", "30.5 /s", "&gt;= 1 /s"]
