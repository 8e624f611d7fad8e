"""Which missed threshold ends a run early (`--abort-on-fail`)."""

from collections.abc import Sequence

from toolkit.load.judge_thresholds import judge
from toolkit.load.thresholds import Threshold
from toolkit.load_generator.current_run import CurrentRun

_INTERVAL_SECONDS = 1.0
# What waits now may still be sent and answered.
_AT_THE_END = frozenset({"unsent", "unfinished"})
# Before a threshold can abort a run: a rate over less is chance.
_SETTLED_SECONDS = 3.0


class ThresholdAbort:
    """Judges a run that goes on, once a second, from `after_seconds` on."""

    def __init__(self, thresholds: Sequence[Threshold], after_seconds: float = 0.0) -> None:
        # PromQL is judged when the run is over. Counts only grow: one that must be reached
        # may still be.
        self._thresholds = [
            threshold
            for threshold in thresholds
            if not threshold.expr
            and threshold.figure not in _AT_THE_END
            and not (threshold.unit == "" and threshold.operator in {">", ">=", "=="})
        ]
        self._judged_seconds = max(_SETTLED_SECONDS, after_seconds) - _INTERVAL_SECONDS

    def missed(self, run: CurrentRun) -> str:
        """The verdict on the first threshold that is missed; empty when none is, or not yet."""
        if run.elapsed - self._judged_seconds < _INTERVAL_SECONDS:
            return ""
        self._judged_seconds = run.elapsed
        verdicts = (judge(threshold, run) for threshold in self._thresholds)
        missed = (x for x in verdicts if not x.kept and x.measured is not None)
        return next(map(str, missed), "")
