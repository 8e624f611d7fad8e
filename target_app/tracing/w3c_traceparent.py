"""A W3C traceparent as text: read strictly, since strangers send it too.

Source: https://www.w3.org/TR/trace-context/#traceparent-header
"""

import re
import secrets
from dataclasses import dataclass

_SAMPLED = 1
# A later version may add fields; nobody needs more of them than OpenTelemetry itself reads.
_LONGEST = 512
_FORM = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


@dataclass(frozen=True, slots=True)
class Traceparent:
    """A span of somebody else: its trace, itself, and whether it was sampled."""

    trace_id: int
    span_id: int
    flags: int

    @property
    def is_sampled(self) -> bool:
        """Whether whoever made it may have recorded it."""
        return bool(self.flags & _SAMPLED)

    def __str__(self) -> str:
        """The header's text, of version 00."""
        return f"00-{self.trace_id:032x}-{self.span_id:016x}-{self.flags:02x}"


def read(text: str) -> Traceparent | None:
    """The traceparent in `text`; None for whatever is not one, as the standard asks."""
    if len(text) > _LONGEST:
        return None
    found = _FORM.fullmatch(text.strip(" \t"))
    if found is None:
        return None
    version, trace_id, span_id, flags, more = found.groups()
    if version == "ff" or (version == "00" and more is not None):
        return None
    made = Traceparent(int(trace_id, 16), int(span_id, 16), int(flags, 16))
    return made if made.trace_id and made.span_id else None


def new() -> str:
    """A traceparent that begins a trace, of a span that nobody records."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
