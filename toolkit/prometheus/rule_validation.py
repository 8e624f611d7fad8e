"""What Prometheus refuses in a rule whose YAML and PromQL are right.

Each was compared with promtool 2.42 and 3.16. Names in UTF-8 are refused by Prometheus 2 alone.
Source: https://github.com/prometheus/prometheus/blob/main/model/rulefmt/rulefmt.go
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from toolkit.prometheus.go_templates.lexer import TemplateError
from toolkit.prometheus.go_templates.parser import parse as parse_template
from toolkit.prometheus.syntax_by_release import UTF8_NAMES, Release
from toolkit.promql import PromQLError, parse

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
# What a recording may not have, though an alert may. Empty values are taken.
_ALERTS_ONLY = ("for", "keep_firing_for", "annotations")


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something that Prometheus refuses, at the `key` of the rule, such as `labels.severity`."""

    key: str
    message: str
    fix: str


def refusals(
    name: str,
    *,
    is_alert: bool,
    given: Collection[str],
    labels: Mapping[str, str],
    annotations: Mapping[str, str],
    release: Release | None,
) -> Iterator[Refusal]:
    """What Prometheus has against one rule. `given` are its keys that are not empty or zero.

    `release` is the Prometheus that loads it; None where it is not known.
    """
    utf8 = release is not None and release >= UTF8_NAMES
    if is_alert:
        yield from _templates(name, "labels", labels)
        yield from _templates(name, "annotations", annotations)
    else:
        yield from _recording(name, given, utf8=utf8)
    yield from _names(name, "labels", labels, utf8=utf8)
    yield from _names(name, "annotations", annotations if is_alert else (), utf8=utf8)


def _recording(name: str, given: Collection[str], *, utf8: bool) -> Iterator[Refusal]:
    if "{" in name or "}" in name:
        yield Refusal(
            "record", f"{name}: a recorded name has no braces.", "write them in `labels`."
        )
    elif not _METRIC.fullmatch(name) and not utf8:
        yield Refusal(
            "record",
            f"{name}: is not a name of a series for Prometheus 2; it needs Prometheus 3.0.",
            "use letters, digits, `_` and `:`, as in level:metric:operations.",
        )
    for key in _ALERTS_ONLY:
        if key in given:
            yield Refusal(
                key, f"{name}: a recording rule has no `{key}`.", "drop it, or write an alert."
            )


def _names(name: str, key: str, found: Collection[str], *, utf8: bool) -> Iterator[Refusal]:
    what = key.removesuffix("s")
    for each in found:
        place = f"{key}.{each}"
        if not each or (key == "labels" and each == "__name__"):
            yield Refusal(
                place, f"{name}: {each!r} is not a name that a {what} may have.", "rename it."
            )
        elif not _LABEL.fullmatch(each) and not utf8:
            yield Refusal(
                place,
                f"{name}: {each!r} is not a name of a {what} for Prometheus 2; it needs "
                "Prometheus 3.0.",
                "use letters, digits and `_`.",
            )


def _templates(name: str, key: str, found: Mapping[str, str]) -> Iterator[Refusal]:
    for each, text in found.items():
        if "{{" not in text:
            continue
        try:
            template = parse_template(text)
        except TemplateError as error:
            line = f" (in its line {text[: error.offset].count(chr(10)) + 1})"
            where = line if "\n" in text.strip() else ""
            yield Refusal(
                f"{key}.{each}", f"{name}: {key}.{each}: {error.message}{where}.", _fix(error)
            )
            continue
        for query in dict.fromkeys(template.queries):
            yield from _query(f"{key}.{each}", name, query)


def _query(place: str, name: str, query: str) -> Iterator[Refusal]:
    try:
        parse(query)
    except PromQLError as error:
        message = f"{name}: {place}: the query {query!r} is not PromQL: {error}"
        yield Refusal(place, message, "correct it: the template fails when the alert fires.")


def _fix(error: TemplateError) -> str:
    if "did you mean" in error.message:
        return "correct the name."
    if "undefined variable" in error.message:
        return "use $labels, $value, $externalLabels or $externalURL, or declare it before."
    return "see https://prometheus.io/docs/prometheus/latest/configuration/template_reference/."
