"""A drill's result as a page: a timeline for each alert, and the matrix."""

from dataclasses import replace

from tests.support.drill_results import ONCE, PROVED, WHOLE, drilled
from toolkit.drill import html_report


def test_the_page_draws_a_timeline_for_each_alert_that_fired() -> None:
    text = html_report.page(WHOLE)
    assert text.count("<svg") == 3  # the excused alert was not applied
    assert "<title>pending: 2.0 to 7.0 s</title>" in text
    assert "<title>notified as resolved: 15.0 s</title>" in text
    assert "http" not in text.replace("http-equiv", "")


def test_the_page_escapes_what_definitions_say() -> None:
    text = html_report.page(drilled(replace(PROVED, cause="<script>")))
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_the_page_lists_false_alarms_and_inhibitions() -> None:
    text = html_report.page(WHOLE)
    assert '<li class="missed">Odd, with: delay</li>' in text
    assert "<li>While Down fires, fired without a notification: Slow</li>" in text
    assert "Seen once" not in text
    once = html_report.page(replace(drilled(PROVED), seen_once=(ONCE,)))
    assert "<h2>Seen once</h2><ul><li>Odd fired falsely, with: delay. Seen once" in once
    empty = html_report.page(drilled(PROVED))
    assert "<h2>False alarms</h2><ul><li>None.</li></ul>" in empty
    assert "<h2>Inhibitions</h2><ul><li>None was drilled.</li></ul>" in empty


def test_the_page_has_a_row_for_each_alert_and_a_column_for_each_cause() -> None:
    text = html_report.page(WHOLE)
    assert '<th></th><th title="delay">1</th><th title="stop service">2</th>' in text
    assert "<tr><td>Down</td><td>.</td><td>✗</td></tr>" in text
    assert '<td class="missed">✗</td><td>Down<br><small>stop service</small>' in text
    assert "<br><small>never fired</small>" in text


def test_a_timeline_has_a_bar_for_each_state_and_a_point_for_each_notification() -> None:
    text = html_report.page(drilled(PROVED))
    for title in (
        "pending: 2.0 to 7.0 s",
        "firing: 7.0 to 14.0 s",
        "notified as firing: 7.5 s",
        "notified as resolved: 15.0 s",
    ):
        assert f"<title>{title}</title>" in text
    # The whole width is the fifteen seconds until the last notification.
    assert '<rect x="4.0" y="26" width="294.4" height="4"' in text
    assert '<circle cx="556.0"' in text


def test_what_still_fires_is_drawn_to_the_end() -> None:
    text = html_report.page(drilled(replace(PROVED, resolved=None, notified_resolved=None)))
    assert "<title>firing: 7.0 to 8.0 s</title>" in text
    assert "notified as resolved" not in text
