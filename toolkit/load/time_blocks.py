"""The requests of one name over time: counts by stretches of equal length, never more than a few.

They say how much a name's figures vary within one run, and so what two equal runs may differ by.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from toolkit.load.report_numbers import bucket_number, whole

# More are of no use to a comparison; so a run of hours takes no more room than one of a minute.
MOST_BLOCKS = 64


@dataclass(slots=True)
class Block:
    """What was answered in one stretch; `counts` are requests by the bucket of their latency."""

    requests: int = 0
    failures: int = 0
    counts: dict[int, int] = field(default_factory=dict)

    def merge(self, other: "Block") -> None:
        """Add what another one counted."""
        self.requests += other.requests
        self.failures += other.failures
        for bucket, count in other.counts.items():
            self.counts[bucket] = self.counts.get(bucket, 0) + count


@dataclass(slots=True)
class TimeBlocks:
    """Blocks of `seconds` each, a power of two, by their number since the start of the run."""

    seconds: int = 1
    blocks: dict[int, Block] = field(default_factory=dict)

    def record(self, elapsed: float, bucket: int, *, failed: bool) -> None:
        """Count one request that was answered `elapsed` seconds after the start."""
        number = int(elapsed) // self.seconds
        block = self.blocks.get(number)
        if block is None:
            block = self.blocks[number] = Block()
            self._widen()
            block = self.blocks[int(elapsed) // self.seconds]
        block.requests += 1
        block.failures += failed
        block.counts[bucket] = block.counts.get(bucket, 0) + 1

    def merge(self, other: "TimeBlocks") -> None:
        """Add what another one counted; blocks become as long as the longer ones."""
        self.widen_to(other.seconds)
        for number, block in other.blocks.items():
            place = number * other.seconds // self.seconds
            self.blocks.setdefault(place, Block()).merge(block)
        self._widen()

    def widen_to(self, seconds: int) -> None:
        """Let blocks be at least so long."""
        while self.seconds < seconds:
            self.seconds *= 2
            short, self.blocks = self.blocks, {}
            for number, block in short.items():
                self.blocks.setdefault(number // 2, Block()).merge(block)

    def _widen(self) -> None:
        while len(self.blocks) > MOST_BLOCKS:
            self.widen_to(self.seconds * 2)

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "seconds": self.seconds,
            "blocks": {
                str(number): [block.requests, block.failures, _text_keys(block.counts)]
                for number, block in sorted(self.blocks.items())
            },
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> Self:
        """What `document` wrote. Raises ValueError for lengths and counts that cannot be."""
        return cls(
            whole(document["seconds"], least=1),
            {
                whole(number): Block(
                    whole(requests),
                    whole(failures),
                    {bucket_number(b): whole(n) for b, n in counts.items()},
                )
                for number, (requests, failures, counts) in document["blocks"].items()
            },
        )


def _text_keys(counts: Mapping[int, int]) -> dict[str, int]:
    return {str(bucket): count for bucket, count in sorted(counts.items())}
