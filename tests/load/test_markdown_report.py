"""Runs as Markdown: what a CI job shows, and text of a service that stays text."""

from dataclasses import replace

from tests.support.load_runs import OUTCOME, RUN, judged, result
from toolkit.load.markdown_report import as_markdown
from toolkit.load.results import LoadOutcome


def test_the_verdict_leads_and_everything_that_missed_follows() -> None:
    text = as_markdown(OUTCOME)
    lines = text.splitlines()
    assert lines[0] == "## ❌ Load: rush — failed"
    assert lines[2] == "- 1 of 61 requests failed"
    assert "| order | 61 | 1 | 29.9 | 56.7 | 70 |" in lines
    assert any(line.startswith("- ✗ p(95)\\<5: 56.7 ms") for line in lines)
    assert "? throughput: 30.5 → 30.5 /s" in text


def test_what_a_service_answered_is_no_markup() -> None:
    text = as_markdown(OUTCOME)
    assert "<script>" not in text
    assert "\\<script\\>" in text


def test_a_run_that_passed_says_so() -> None:
    text = as_markdown(LoadOutcome(results=(result(judged()),), verdicts=((),)))
    assert text.startswith("## ✅ Load: rush — passed\n\n| request |")


def test_several_runs_have_headings_and_notes_are_quoted() -> None:
    runs = (RUN, replace(RUN, scenario="calm", lost=("worker 1 was lost",)))
    text = as_markdown(LoadOutcome(results=runs, verdicts=((), ())))
    assert "\n### calm\n" in text
    assert "\n> worker 1 was lost\n" in text
