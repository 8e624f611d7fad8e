"""How much worse than before a figure may be: `[name: ]figure:share%`, as `--regression` takes it.

p95:10%                     the 95th percentile of all requests, at most 10% more
webhook: valid: p99:5%      the same of one name of request
rps:5%   failed:0%          throughput at most 5% less, failures no more than before
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from toolkit.errors import UsageError
from toolkit.unknown_name_did_you_mean import unknown_name

_FORM = re.compile(r"(?:(?P<name>.+):\s+)?(?P<figure>\w+):(?P<share>\d+(?:\.\d+)?)%")
# As they are typed → as a comparison calls them.
TITLES = {"rps": "throughput", "p50": "P50", "p95": "P95", "p99": "P99", "failed": "failed"}

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegressionLimit:
    """One limit as it was written. `share` is 0.1 for 10%; `name` is empty for all requests."""

    text: str
    figure: str
    share: float
    name: str = ""

    def is_for(self, name: str, title: str) -> bool:
        """Whether it limits this figure of this name."""
        return name == self.name and title == TITLES[self.figure]

    def unjudged(self, change: Callable[..., T]) -> T:
        """A change that fails, of a figure that one of the runs does not have."""
        return change(
            title=TITLES[self.figure],
            unit={"rps": "/s", "failed": "%"}.get(self.figure, "ms"),
            name=self.name,
            before=0.0,
            after=0.0,
            noise=None,
            more_is_worse=self.figure != "rps",
            limit=self.share,
        )


def parse(text: str) -> RegressionLimit:
    """A limit from its text. Raises UsageError that says what would be right."""
    match = _FORM.fullmatch(text.strip())
    if match is None:
        raise UsageError(
            f"--regression {text!r}: not of the form [name: ]figure:share%.",
            fix='write it like "p95:10%" or "webhook: valid: p99:5%".',
        )
    figure = match["figure"].lower()
    if figure not in TITLES:
        raise UsageError(f"--regression {text!r}: {unknown_name('figure', figure, TITLES)}")
    share = float(match["share"]) / 100
    if figure == "rps" and share >= 1:
        raise UsageError(
            f"--regression {text!r}: throughput cannot fall by more than all of it, so this can "
            "never fail.",
            fix="give a share under 100%, like rps:5%.",
        )
    return RegressionLimit(
        text=text.strip(),
        figure=figure,
        share=share,
        name=match["name"] or "",
    )
