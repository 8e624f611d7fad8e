"""The table of thresholds in the HTML report: what was measured, and what is allowed."""

from collections.abc import Sequence
from html import escape

from toolkit.load.html_elements import mark, table
from toolkit.load.judge_thresholds import ThresholdVerdict
from toolkit.load.statistics import three_digits


def thresholds_table(verdicts: Sequence[ThresholdVerdict]) -> str:
    """Each with what was measured and allowed, the missed ones first."""
    rows = [_row(v) for v in sorted(verdicts, key=lambda v: v.kept)]
    return table(["", "threshold", "measured", "allowed"], rows, "words marks")


def _row(verdict: ThresholdVerdict) -> list[str]:
    threshold = verdict.threshold
    unit = f" {threshold.unit}" if threshold.unit else ""
    measured = verdict.why if verdict.measured is None else three_digits(verdict.measured) + unit
    if verdict.where:
        measured += f" {verdict.where}"
    return [
        mark(ok=verdict.kept, unknown=verdict.unknown),
        escape(threshold.text),
        escape(measured),
        escape(f"{threshold.operator} {threshold.value:g}{unit}"),
    ]
