"""Findings that an old repository begins with, kept in a file so that only new ones count.

A finding is known by rule, path, subject and message, not by its line, which moves.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.findings import Finding

KEYS = ("rule", "path", "subject", "message")
KNOWN = "It stands in the baseline."
"""The reason with which a finding of the baseline is accepted."""


def text(findings: Sequence[Finding]) -> str:
    """The baseline's text: every finding that is not allowed already, in their order."""
    entries = [dict(zip(KEYS, _key(x), strict=True)) for x in findings if not x.allowed]
    return json.dumps({"findings": entries}, indent=2, ensure_ascii=False) + "\n"


def read(path: Path) -> Counter[tuple[str, ...]]:
    """What a baseline holds, and how often. Raises UsageError for a file that is not one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"--baseline {path}: {error.strerror}.",
            fix=f"write it first: toolkit lint --write-baseline {path}.",
        ) from None
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise UsageError(f"--baseline {path}: not JSON: {error}.") from None
    entries = data.get("findings") if isinstance(data, Mapping) else None
    if not isinstance(entries, list) or not all(map(_is_entry, entries)):
        raise UsageError(
            f"--baseline {path}: is not a baseline.",
            fix=f"write it again: toolkit lint --write-baseline {path}.",
        )
    return Counter(tuple(entry[key] for key in KEYS) for entry in entries)


def accepted(
    findings: Iterable[Finding], baseline: Counter[tuple[str, ...]]
) -> tuple[tuple[Finding, ...], int]:
    """The findings, those of the baseline accepted; and how many of its entries are gone."""
    left = baseline.copy()
    found = []
    for finding in findings:
        key = _key(finding)
        if not finding.allowed and left[key] > 0:
            left[key] -= 1
            found.append(replace(finding, allowed=KNOWN))
        else:
            found.append(finding)
    return tuple(found), sum(left.values())


def _is_entry(entry: object) -> bool:
    return isinstance(entry, Mapping) and all(isinstance(entry.get(key), str) for key in KEYS)


def _key(finding: Finding) -> tuple[str, ...]:
    path = finding.location.path if finding.location else ""
    return (finding.rule, path, finding.subject, finding.message)
