"""Patterns of label matchers: which plainer matcher says the same, and what they pick apart.

Prometheus anchors every pattern at both ends. Source:
https://prometheus.io/docs/prometheus/latest/querying/basics/#instant-vector-selectors
"""

import re

from toolkit.promql import LabelMatch

EVERYTHING = frozenset({".*", "(.*)", "(?:.*)", ".*.*", "(?s).*", "(?s:.*)"})
_META = frozenset(".^$*+?()[]{}|\\")
_GROUP = re.compile(r"\((?:\?:)?([^()|\\]*(?:\\.[^()|\\]*)*)\)")
_WILD = r"(?:\.[*+]\??)"
_PARTS = re.compile(rf"(?:{_WILD}|[^.*+?()\[\]{{}}|^$\\]|\\.|[.](?![*+?{{]))+")


def plainer(match: LabelMatch) -> tuple[str, str] | None:
    """The operator and the text that say the same more plainly; None where nothing does.

    Matchers that match everything, or nothing, have no plainer form: see `takes_everything`.
    """
    if match.operator in {"=", "!="} or _has_variable(match.text) or takes_everything(match):
        return None
    equal = "=" if match.operator == "=~" else "!="
    inner = unanchored(match.text)
    if match.operator == "!~" and inner in {".+", "(.+)"}:
        return "=", ""
    literal = _literal(_unwrapped(inner))
    if literal is not None:
        return equal, literal
    words = inner.split("|") if not set(inner) & set("()[]\\") else []
    once = list(dict.fromkeys(words))
    if len(once) == 1 and _literal(once[0]) is not None:
        return equal, once[0]
    if len(once) < len(words):
        return match.operator, "|".join(once)
    return (match.operator, inner) if inner != match.text else None


def takes_everything(match: LabelMatch) -> bool:
    """Whether the pattern fits every value, an empty one too."""
    if match.operator in {"=", "!="} or _has_variable(match.text):
        return False
    inner = unanchored(match.text)
    alternatives = inner.split("|") if not set(inner) & set("[]\\") else [inner]
    plain = "(" not in inner or inner in EVERYTHING
    return inner in EVERYTHING or (plain and any(x in EVERYTHING for x in alternatives))


def unanchored(text: str) -> str:
    """A pattern without the anchors that Prometheus adds anyway."""
    inner = text
    if "|" in re.sub(r"\([^()]*\)|\[[^\]]*\]", "", text):
        return inner  # they belong to one of several alternatives alone
    inner = re.sub(r"^\^+", "", inner)
    while inner.endswith("$") and not inner.endswith("\\$"):
        inner = inner[:-1]
    return inner


def picks_apart(match: LabelMatch) -> bool:
    """Whether a pattern looks for a part of a value: after a wildcard, or around one.

    `prod-.*` and `5..` say how a value begins; `.*-prod` and `a_.+_b` take it apart.
    """
    if match.operator not in {"=~", "!~"} or _has_variable(match.text):
        return False
    return any(_PARTS.fullmatch(x) and _is_apart(x) for x in _alternatives(match.text))


def _alternatives(text: str) -> list[str]:
    inner = unanchored(text)
    return inner.split("|") if not set(inner) & set("()[]") else [inner]


def _is_apart(pattern: str) -> bool:
    pieces = re.split(_WILD, pattern)
    # What stands after a wildcard is looked for inside the value.
    return any(re.search(r"[^\d\s.]", piece) for piece in pieces[1:])


def _has_variable(text: str) -> bool:
    return re.search(r"\$(?:\{?[A-Za-z_]|\{)", text) is not None


def _unwrapped(text: str) -> str:
    while match := _GROUP.fullmatch(text):
        text = match[1]
    return text


def _literal(pattern: str) -> str | None:
    """The one text that a pattern takes; None where it takes several, or another."""
    found, escaped = [], False
    for letter in pattern:
        if escaped:
            if letter.isalnum():
                return None  # `\d` and the like
            found.append(letter)
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter in _META:
            return None
        else:
            found.append(letter)
    return None if escaped else "".join(found)
