"""What promtool has against rule files, and which of it is only the age of the promtool at hand."""

import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.prometheus.syntax_by_release import SINCE, Release

# A promtool that hangs must not hang whoever asks it.
TIMEOUT_SECONDS = 60.0
_PLACED = re.compile(r"(?P<line>\d+):(?P<column>\d+): (?P<message>.*)")
_YAML_LINE = re.compile(r"(?:yaml: )?line (?P<line>\d+): (?P<message>.*)")
_IN_EXPRESSION = re.compile(r"could not parse expression: \d+:\d+: parse error: ")
_RULE = re.compile(r'^group ".*", rule \d+, "(.*?)": ')
_FLAG = re.compile(r" is not enabled$| must be enabled with --|experimental and not enabled$")
_FUNCTION = re.compile(r'unknown function with name "(\w+)"')
_YOUNGER: tuple[tuple[str, str, Release], ...] = (
    (r"field keep_firing_for not found in type", "`keep_firing_for`", (2, 42)),
    (r"field query_offset not found in type", "`query_offset`", (2, 53)),
    (r"field labels not found in type \S*RuleGroup", "`labels` of a group", (3, 0)),
    (r'bad number or duration syntax: "[\d.]+_?"', "`_` in a number", (2, 54)),
    (r"unexpected duration", "a duration as a number", (2, 54)),
    (r'unknown function with name "fill', "`fill`", (3, 10)),
    # PromQL that the parser here takes: before, these two stood behind `@` alone.
    (r'unexpected "\("\.?$', "`start()` or `end()`", (3, 12)),
    (
        r"missing unit character in duration|unexpected number .* expected duration",
        "a duration without a unit",
        (2, 54),
    ),
    (r"unexpected string .* in (?:grouping opts|label matching)", "a name in quotes", (3, 0)),
    (r"invalid (?:recording rule|label|annotation) name: ", "a name in UTF-8", (3, 0)),
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One thing that promtool says about a file; line and column 0 where it does not say where.

    `needs` is what a newer Prometheus takes, and `since` which: empty and None where age is not
    the reason.
    """

    path: str
    line: int
    column: int
    message: str
    needs: str = ""
    since: Release | None = None

    @property
    def rule(self) -> str:
        """The name of the rule that it is about; empty where it does not say."""
        named = _RULE.search(self.message)
        return named[1] if named else ""

    @property
    def is_of_a_flag(self) -> bool:
        """Whether it takes this with a feature flag, which a Prometheus may have set."""
        return _FLAG.search(self.message) is not None


def check_rules(promtool: str, paths: Sequence[Path]) -> tuple[Sentence, ...] | None:
    """What it says about each file; None where it does not answer in time."""
    if not paths:
        return ()
    try:
        done = subprocess.run(
            [promtool, "check", "rules", "--lint=none", *map(str, paths)],
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    known = {str(path) for path in paths}
    return tuple(dict.fromkeys(_sentences(done.stdout + done.stderr, known)))


def _sentences(text: str, known: set[str]) -> Iterator[Sentence]:
    """Lines that begin with a file's path, and the lines of YAML errors below one."""
    path = ""
    for line in text.splitlines():
        named = next((x for x in known if line.startswith(f"{x}: ")), "")
        if named:
            path = named
            said = line.removeprefix(f"{path}: ")
            if not said.endswith("unmarshal errors:"):
                yield _sentence(path, said)
        elif path and line.startswith("  line "):
            yield _sentence(path, line.strip())


def _sentence(path: str, said: str) -> Sentence:
    for pattern in (_PLACED, _YAML_LINE):
        if match := pattern.match(said):
            if pattern is _PLACED and _PLACED.match(match["message"]):
                return _sentence(path, match["message"])  # the place of a key, in that of the rule
            line = int(match["line"])
            column = int(match["column"]) if "column" in match.groupdict() else 0
            return _of_age(Sentence(path, line, column, _plain(match["message"])))
    return _of_age(Sentence(path, 0, 0, _plain(said)))


def _plain(message: str) -> str:
    return _IN_EXPRESSION.sub("", message)


def _of_age(sentence: Sentence) -> Sentence:
    needs: str
    since: Release | None
    function = _FUNCTION.search(sentence.message)
    if function and function[1] in SINCE:
        needs, since = f"`{function[1]}`", SINCE[function[1]]
    else:
        found = next((x for x in _YOUNGER if re.search(x[0], sentence.message)), None)
        needs, since = found[1:] if found else ("", None)
    where = (sentence.path, sentence.line, sentence.column)
    return Sentence(*where, sentence.message, needs, since)
