"""Runs as Markdown, for a pull request or the summary page of a CI job."""

from collections.abc import Iterator

from toolkit.formats.tables import markdown_table
from toolkit.load import verdict_reasons
from toolkit.load.result_warnings import notes
from toolkit.load.results import LoadOutcome, LoadResult
from toolkit.load.statistics import three_digits

SHOWN_ERRORS = 10
_MARKS = {"Passed": "✅", "Failed": "❌"}


def as_markdown(outcome: LoadOutcome) -> str:
    """The verdict and its reasons, then each run: figures by name, thresholds, failures."""
    word = verdict_reasons.word(outcome)
    names = ", ".join(result.scenario for result in outcome.results)
    parts = [f"## {_MARKS.get(word, '❔')} Load: {names} — {word.lower()}"]
    if reasons := list(verdict_reasons.reasons(outcome)):
        parts.append("\n".join(f"- {_plain(reason)}" for reason in reasons))
    for number, result in enumerate(outcome.results):
        if len(outcome.results) > 1:
            parts.append(f"### {result.scenario}")
        parts += _run(result, [*map(_verdict, outcome.verdicts[number])])
    if outcome.together:
        parts += ["### All together", "\n".join(map(_verdict, outcome.together))]
    parts += [f"```text\n{comparison}\n```" for comparison in outcome.comparisons]
    if outcome.trend:
        parts.append(f"```text\n{outcome.trend}\n```")
    return "\n\n".join(parts) + "\n"


def _verdict(verdict: object) -> str:
    return f"- {_plain(str(verdict))}"


def _run(result: LoadResult, verdicts: list[str]) -> Iterator[str]:
    rows = [*sorted(result.figures.names.items()), ("all", result.total)]
    yield markdown_table(
        ("request", "requests", "failed", "P50 ms", "P95 ms", "P99 ms"),
        [
            (
                name,
                str(tally.requests),
                str(tally.failed),
                *(
                    three_digits(tally.durations.quantile_seconds(q) * 1000)
                    for q in (0.5, 0.95, 0.99)
                ),
            )
            for name, tally in rows
        ],
    )
    if verdicts:
        yield "\n".join(verdicts)
    errors = list(result.errors.items())[:SHOWN_ERRORS]
    if errors:
        yield "\n".join(f"- {count} × {_plain(message)}" for message, count in errors)
    if found := list(notes(result)):
        yield "\n".join(f"> {line}" for note in found for line in note.splitlines())


def _plain(text: str) -> str:
    """Text that Markdown shows as it is: messages quote what a service answered."""
    for mark in "\\`*_{}[]<>|#":
        text = text.replace(mark, f"\\{mark}")
    return text.replace("\n", " ")
