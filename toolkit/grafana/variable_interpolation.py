"""Grafana's variables in text: `$name`, `${name}`, `${name:format}` and `[[name]]`.

A name without a value stays as it is. In PromQL a variable of several values becomes a regular
expression, as Grafana's Prometheus data source writes it; everywhere else it is text.
Source: https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

import html
import json
import re
import urllib.parse
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

ALL = "All"

# Three syntaxes, of which the double brackets are Grafana's oldest. A `.field` in braces that has
# no value of its own is read and ignored.
_VARIABLE = re.compile(
    r"\$(?P<bare>\w+)"
    r"|\[\[(?P<old>\w+)(?::(?P<old_format>\w+))?\]\]"
    r"|\$\{(?P<braced>\w+)(?P<field>\.[^:}]+)?(?::(?P<format>[^}]+))?\}"
)
_SPECIAL = re.compile(r"[\\^$*+?.()|{}\[\]]")


@dataclass(frozen=True, slots=True)
class Choice:
    """The values that are chosen of a variable.

    `multi` is true of a variable that may hold several, even where one is chosen. `is_all` is
    true where All is chosen; `all_value` is then what the dashboard puts in its place,
    unescaped. `texts` are the words for the values, where they differ.
    """

    values: tuple[str, ...]
    multi: bool = False
    is_all: bool = False
    all_value: str = ""
    texts: tuple[str, ...] = ()

    @property
    def promql(self) -> str:
        """The choice inside a PromQL string."""
        if self.all_value:
            return self.all_value
        if self.multi:
            return one_of(self.values)
        return ", ".join(self.values).replace("\\", "\\\\")

    @property
    def text(self) -> str:
        """The choice in words."""
        return ALL if self.is_all else " + ".join(self.texts or self.values)


VariableValue = str | Choice


def expand(
    text: str, values: Mapping[str, VariableValue], *, words: bool = False, form: str = ""
) -> str:
    """`text` with every variable replaced that `values` has: PromQL, or `words` of a title.

    `form` is the format of a variable that names none itself.
    """
    otherwise = form or ("text" if words else "")

    def replace(match: re.Match[str]) -> str:
        name = match["bare"] or match["old"] or match["braced"]
        value = values.get(f"{name}{match['field'] or ''}", values.get(name))
        if value is None:
            return match[0]
        form = match["format"] or match["old_format"] or otherwise
        if isinstance(value, str):  # Grafana's own, such as $__interval: never escaped
            value = Choice((value,)) if form else Choice((), all_value=value)
        return formatted(value, form)

    return _VARIABLE.sub(replace, text)


def formatted(choice: Choice, form: str) -> str:
    """The choice in one of Grafana's formats; as it is, comma by comma, in an unknown one."""
    if not form:
        return choice.promql
    if choice.all_value and form != "text":
        return choice.all_value
    name, _, argument = form.partition(":")
    if name == "date":
        return _date(choice, argument)
    return _FORMATS.get(name, _glob)(choice)


def one_of(values: tuple[str, ...]) -> str:
    """A regular expression inside a PromQL string that matches exactly these values."""
    # Two backslashes: PromQL's string takes one away, and the regular expression needs the other.
    escaped = [_SPECIAL.sub(lambda match: f"\\\\{match[0]}", value) for value in values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


def _joined(separator: str, quote: str = "") -> Callable[[Choice], str]:
    def join(choice: Choice) -> str:
        return separator.join(
            f"{quote}{value.replace(quote, chr(92) + quote) if quote else value}{quote}"
            for value in choice.values
        )

    return join


def _regex(choice: Choice) -> str:
    escaped = [re.sub(r"[\\^$*+?.()|\[\]{}/]", r"\\\g<0>", value) for value in choice.values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


def _glob(choice: Choice) -> str:
    several = len(choice.values) > 1
    return f"{{{','.join(choice.values)}}}" if several else ",".join(choice.values)


def _json(choice: Choice) -> str:
    return json.dumps(choice.values if len(choice.values) > 1 else "".join(choice.values))


def _html(choice: Choice) -> str:
    return html.escape(", ".join(choice.values))


def _date(choice: Choice, pattern: str) -> str:
    """Milliseconds as a date: ISO 8601 in UTC, seconds, or in moment.js' tokens."""
    try:
        milliseconds = float("".join(choice.values))
    except ValueError:
        return _glob(choice)
    if pattern == "seconds":
        return f"{milliseconds // 1000:.0f}"
    at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    if pattern in {"", "iso"}:
        return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{milliseconds % 1000:03.0f}Z"
    return _TOKEN.sub(lambda token: at.strftime(_TOKENS[token[0]]), pattern)


_TOKENS = {
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "DD": "%d",
    "HH": "%H", "hh": "%I", "mm": "%M", "ss": "%S", "A": "%p", "dddd": "%A", "ddd": "%a",
}  # fmt: skip
_TOKEN = re.compile("|".join(sorted(_TOKENS, key=len, reverse=True)))


def _percent(choice: Choice) -> str:
    return urllib.parse.quote(_glob(choice), safe="")


_FORMATS: Mapping[str, Callable[[Choice], str]] = {
    "csv": _joined(","),
    "doublequote": _joined(",", '"'),
    "glob": _glob,
    "html": _html,
    "json": _json,
    "percentencode": _percent,
    "pipe": _joined("|"),
    "raw": _joined(","),
    "regex": _regex,
    "singlequote": _joined(",", "'"),
    "text": lambda choice: choice.text,
}
