"""Refuses YAML that is nested so deep that reading it would end the process.

libyaml's composer calls itself for each level, and overflows the stack at some 20 000 of them; its
scanner takes a minute for as many brackets. Prometheus' parser refuses 10 000 levels.
"""

import re
from typing import Any

import yaml

MOST_DEPTH = 1000

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Behind anything else a bracket does not open a collection; in one, `?` needs no blank behind it.
_OPENED = re.compile(r"(?<![^\s\[{,:?])[\[{]")
# A column has a sequence and a mapping at the most.
_FAR_IN = re.compile(rf"^[ \t?:-]{{{MOST_DEPTH // 2}}}", re.MULTILINE)


def refuse_deep(text: str) -> None:
    """Raise yaml.MarkedYAMLError, with the place, for what is nested more than `MOST_DEPTH` deep.

    What is not YAML is left to whoever reads it.
    """
    # Few files come near: only those are looked through twice.
    if len(_OPENED.findall(text)) <= MOST_DEPTH and not _FAR_IN.search(text):
        return
    depth = 0
    events = yaml.parse(text, Loader=_Loader)
    while True:
        try:
            event = next(events)
        except (StopIteration, yaml.YAMLError):
            return
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            mark: Any = event.start_mark
            raise yaml.MarkedYAMLError(
                problem=f"nested more than {MOST_DEPTH} deep", problem_mark=mark
            )
