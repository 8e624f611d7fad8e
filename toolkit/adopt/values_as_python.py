"""Values as Python source in the house's form: calls with one argument a line, text in pieces.

Long text becomes adjacent literals in parentheses, broken after line feeds and at spaces, so
that it is the same text to the letter and no line is longer than `WIDTH`.
"""

import json
import keyword
import re
from collections.abc import Mapping, Sequence

WIDTH = 100
INDENT = " " * 4
_PIECE = re.compile(r"[^\n ]*[\n ]|[^\n ]+")


def text(value: str, indent: str = "", before: int = 0) -> str:
    """A literal of `value`; it may span lines.

    `indent` is that of the line where it begins, `before` how many characters stand between.
    """
    whole = _quoted(value)
    if "\n" not in value.rstrip("\n") and len(indent) + before + len(whole) < WIDTH:
        return whole
    lines = _pieces(value, WIDTH - len(indent) - len(INDENT))
    if len(lines) == 1:
        return lines[0]
    return "(\n" + "".join(f"{indent}{INDENT}{line}\n" for line in lines) + f"{indent})"


def _quoted(value: str) -> str:
    # JSON's escapes are Python's, for all that a Unicode text can hold but a lone surrogate.
    quoted = json.dumps(value, ensure_ascii=False).replace("\x7f", "\\x7f")
    if '"' in value and "'" not in value:
        return "'" + quoted[1:-1].replace('\\"', '"') + "'"
    return quoted


def _pieces(value: str, width: int) -> list[str]:
    lines = [""]
    for piece in _PIECE.findall(value):
        longer = len(_quoted(lines[-1] + piece)) > width
        if lines[-1] and (longer or lines[-1].endswith("\n")):
            lines.append("")
        lines[-1] += piece
    return [_quoted(line) for line in lines]


def mapping(value: Mapping[str, object], indent: str = INDENT) -> str:
    """A dictionary, on one line where it fits into one."""
    pairs = [f"{_quoted(key)}: {literal(each, indent)}" for key, each in value.items()]
    whole = "{" + ", ".join(pairs) + "}"
    if len(whole) + 2 * len(indent) < WIDTH and "\n" not in whole:
        return whole
    lines = (
        f"{indent}{INDENT}{_quoted(key)}: {literal(each, indent + INDENT, len(key) + 4)},\n"
        for key, each in value.items()
    )
    return "{\n" + "".join(lines) + f"{indent}}}"


def literal(value: object, indent: str = INDENT, before: int = 0) -> str:
    """Text, a number, a mapping or a sequence as Python writes it."""
    if isinstance(value, str):
        return text(value, indent, before)
    if isinstance(value, Mapping):
        return mapping({str(key): each for key, each in value.items()}, indent)
    if isinstance(value, Sequence):
        inner = ", ".join(literal(each, indent) for each in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)


def call(name: str, arguments: Sequence[tuple[str, str, str]], indent: str = "") -> str:
    """A call with keyword arguments: each a name, its Python source, and a comment or nothing."""
    lines = []
    for key, source, comment in arguments:
        note = f"  # {comment}" if comment else ""
        lines.append(f"{indent}{INDENT}{key}={source},{note}")
    return f"{name}(\n" + "\n".join(lines) + f"\n{indent})"


def identifier(words: str, fallback: str) -> str:
    """`words` as the name of a module or folder: small letters, digits and underscores."""
    split = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", words)
    name = re.sub(r"[^a-z0-9]+", "_", split.lower()).strip("_")
    if not name or not name[0].isalpha():
        name = f"{fallback}_{name}".strip("_")
    return f"{name}_" if keyword.iskeyword(name) else name


def distinct(name: str, taken: set[str]) -> str:
    """`name`, or with a number where it is taken; what is given is taken from then on."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}_{number}" if name.islower() else f"{name}{number}", number + 1
    taken.add(found)
    return found
