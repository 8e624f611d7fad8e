"""Go's template grammar: what a template in a label or an annotation says.

`parse` refuses what Go refuses before a template runs: unknown functions, variables that nobody
declared, actions that are not closed. What can only fail while it runs is not judged.
Sources: https://pkg.go.dev/text/template,
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from toolkit.prometheus.go_templates.failing_calls import Failure, Origin
from toolkit.prometheus.go_templates.known_functions import FUNCTIONS, VARIABLES
from toolkit.prometheus.go_templates.lexer import TemplateError, Token, tokens
from toolkit.prometheus.go_templates.token_cursor import TokenCursor
from toolkit.prometheus.go_templates.value_origins import (
    UNKNOWN,
    Command,
    Operand,
    Read,
    Scope,
    element,
)
from toolkit.unknown_name_did_you_mean import did_you_mean

_BLOCKS = frozenset({"if", "range", "with", "block", "define"})
_KEYWORDS = _BLOCKS | {"else", "end", "template", "break", "continue"}
MOST_DEPTH = 100
"""Deeper than any real template, and far from what Python's stack holds. Go has no such limit."""
_CONSTANTS = frozenset({"string", "char", "number"})
# An action that reads a label or the value, and does nothing with it.
_PLAIN = re.compile(r"(?<!\{)\{\{[ \t\r\n]*(\$labels|\$value)((?:\.[^\W\d]\w*)*)[ \t\r\n]*\}\}")


class Shown(NamedTuple):
    """A pipeline whose result a template shows, and where that comes from."""

    commands: tuple[Command, ...]
    origin: Origin


@dataclass
class _Block:
    """An `if`, `range`, `with`, `define` or `block` that is open."""

    keyword: str
    offset: int
    variables: int
    dot: Origin
    bound: Mapping[str, Origin]
    has_else: bool = False


@dataclass
class _Parser:
    tokens: TokenCursor
    shown: list[Shown] = field(default_factory=list)
    scope: Scope = field(default_factory=Scope)
    variables: list[str] = field(default_factory=lambda: list(VARIABLES))
    blocks: list[_Block] = field(default_factory=list)
    has_declared: bool = False  # whether the last pipeline declared variables
    depth: int = 0  # of the round brackets that are open

    def run(self) -> None:
        while not self.tokens.is_at_end:
            if self.tokens.next().kind == "open":
                self.action()
        if self.blocks:
            block = self.blocks[-1]
            raise TemplateError(f"`{block.keyword}` without {{{{ end }}}}", block.offset)

    # --- Actions --------------------------------------------------------------------------

    def action(self) -> None:
        token = self.tokens.peek()
        if token.kind != "word" or token.text not in _KEYWORDS:
            commands, origin = self.pipeline(declares=1)
            if not self.has_declared:
                self.shown.append(Shown(commands, origin))
            self.tokens.close("command")
            return
        self.tokens.next()
        match token.text:
            case "end":
                self.leave(token)
            case "else":
                self.other(token)
            case "break" | "continue":
                if not any(block.keyword == "range" for block in self.blocks):
                    raise TemplateError(f"{{{{{token.text}}}}} outside {{{{range}}}}", token.offset)
                self.tokens.close(token.text)
            case "template":
                self.tokens.string(token.text)
                if self.tokens.peek().kind != "close":
                    self.pipeline()
                self.tokens.close("template")
            case keyword:
                self.enter(keyword, token.offset)

    def enter(self, keyword: str, offset: int) -> None:
        if keyword == "define" and self.blocks:
            raise TemplateError("unexpected {{define}}", offset)
        scope = self.scope
        self.blocks.append(_Block(keyword, offset, len(self.variables), scope.dot, scope.bound))
        if keyword in {"define", "block"}:
            self.tokens.string(keyword)
        if keyword == "define":
            self.variables = ["$"]
            scope.dot, scope.bound = UNKNOWN, {}
        else:
            self.dot_of(keyword)
        self.tokens.close(keyword)

    def dot_of(self, keyword: str) -> None:
        """Read the pipeline of a block, which says what the dot is inside; not so in `if`."""
        ranges = keyword == "range"
        _, origin = self.pipeline(declares=2 if ranges else 1, is_range=ranges)
        if keyword != "if":
            self.scope.dot = element(origin) if ranges else origin

    def leave(self, token: Token) -> None:
        if not self.blocks:
            raise TemplateError("unexpected {{end}}", token.offset)
        block = self.blocks.pop()
        if block.keyword == "define":
            self.variables = list(VARIABLES)
        del self.variables[block.variables :]
        self.scope.dot, self.scope.bound = block.dot, block.bound
        self.tokens.close("end")

    def other(self, token: Token) -> None:
        """`{{ else }}`, `{{ else if … }}`, `{{ else with … }}`."""
        block = self.blocks[-1] if self.blocks else None
        if block is None or block.has_else or block.keyword not in {"if", "with", "range"}:
            raise TemplateError("unexpected {{else}}", token.offset)
        self.scope.dot = block.dot
        following = self.tokens.peek()
        if following.kind == "word" and following.text == block.keyword != "range":
            self.tokens.next()
            self.dot_of(block.keyword)
        else:
            block.has_else = True
        self.tokens.close("else")

    # --- Pipelines ------------------------------------------------------------------------

    def pipeline(
        self, *, declares: int = 0, is_range: bool = False
    ) -> tuple[tuple[Command, ...], Origin]:
        """The commands of a pipeline, and where its result comes from; variables are bound."""
        names = self.declared(declares) if declares else []
        self.has_declared = bool(names)
        self.variables += names
        found = self.stages()
        origin = self.scope.of_pipeline(found)
        if names:
            self.scope.bind(names, element(origin) if is_range else origin)
        return found, origin

    def stages(self) -> tuple[Command, ...]:
        """The commands of a pipeline, in brackets too."""
        found = [self.command(1)]
        while self.tokens.peek().text == "|" and self.tokens.peek().kind == "sign":
            self.tokens.next()
            if self.tokens.peek().kind != "close":  # Go takes a pipe with nothing after it
                found.append(self.command(len(found) + 1))
        return tuple(found)

    def declared(self, most: int) -> list[str]:
        """The variables before `:=` or `=`; nothing where the pipeline declares none."""
        start, found = self.tokens.at, list[Token]()
        while self.tokens.peek().kind == "variable" and len(found) < most:
            found.append(self.tokens.next())
            if self.tokens.peek().text != "," or most == 1:
                break
            self.tokens.next()
        sign = self.tokens.peek()
        if not found or sign.text not in {":=", "="}:
            self.tokens.at = start
            return []
        self.tokens.next()
        return [token.text for token in found]

    def command(self, stage: int) -> Command:
        operands: list[Operand] = []
        while True:
            token = self.tokens.peek()
            if token.kind in {"close", "open", "text"} or token.text in {"|", ")"}:
                break
            if operands and self.tokens.last.kind != "space":
                raise TemplateError(f"unexpected {token.text!r} in operand", token.offset)
            operands.append(self.operand(token))
        if not operands:
            raise TemplateError("missing value for command", self.tokens.peek().offset)
        first = operands[0].token
        constant = first.kind in {*_CONSTANTS, "dot"} or first.text in {"true", "false", "nil"}
        if stage > 1 and constant:
            raise TemplateError(
                f"non executable command in pipeline stage {stage}: {first.text}", first.offset
            )
        return Command(tuple(operands))

    def operand(self, token: Token) -> Operand:
        self.tokens.next()
        inside: tuple[Command, ...] = ()
        match token.kind:
            case "word":
                if token.text not in FUNCTIONS | {"true", "false", "nil"}:
                    if token.text in _KEYWORDS:
                        raise TemplateError(f"unexpected <{token.text}> in command", token.offset)
                    hint = did_you_mean(token.text, FUNCTIONS)
                    message = f"function {token.text!r} is not defined{hint}"
                    raise TemplateError(message.rstrip("."), token.offset)
            case "variable":
                self.known_variable(token)
            case "sign" if token.text == "(":
                inside = self.bracketed(token)
            case "sign":
                raise TemplateError(f"unexpected {token.text!r} in operand", token.offset)
        fields: list[str] = []
        while self.tokens.here.kind == "field":
            fields.append(self.tokens.next().text.removeprefix("."))
        if fields and (
            token.kind in {*_CONSTANTS, "dot"} or token.text in {"nil", "true", "false"}
        ):
            raise TemplateError(f"unexpected . after term {token.text!r}", token.offset)
        return Operand(token, tuple(fields), inside)

    def bracketed(self, opening: Token) -> tuple[Command, ...]:
        """The pipeline in round brackets, after the opening one."""
        self.depth += 1
        if self.depth > MOST_DEPTH:
            raise TemplateError(f"brackets nested more than {MOST_DEPTH} deep", opening.offset)
        inside = self.stages()
        if self.tokens.peek().text != ")":
            raise TemplateError("unclosed left paren", opening.offset)
        self.tokens.next()
        self.depth -= 1
        return inside

    def known_variable(self, token: Token) -> None:
        if token.text not in self.variables:
            hint = did_you_mean(token.text, self.variables).rstrip(".")
            raise TemplateError(f"undefined variable {token.text!r}{hint}", token.offset)


@dataclass(frozen=True, slots=True)
class Template:
    """What a template reads, in order; the pipelines that it shows; its queries; what fails."""

    reads: tuple[Read, ...] = ()
    shown: tuple[Shown, ...] = ()
    queries: tuple[str, ...] = ()
    failures: tuple[Failure, ...] = ()


@functools.lru_cache(maxsize=4096)
def parse(text: str) -> Template:
    """What a template reads and shows. Raises TemplateError."""
    plain = _of_plain_actions(text)
    if plain is not None:
        return plain
    parser = _Parser(TokenCursor(tokens(text)))
    parser.run()
    scope = parser.scope
    shown, failures = tuple(parser.shown), tuple(dict.fromkeys(scope.failures))
    return Template(tuple(scope.reads), shown, tuple(scope.queries), failures)


def _of_plain_actions(text: str) -> Template | None:
    """The template whose every action shows a label or the value, as most do; None for another."""
    reads: list[Read] = []
    shown: list[Shown] = []
    for action in _PLAIN.finditer(text):
        variable, path = action.groups()
        fields = tuple(path.split(".")[1:])
        origin = (variable, *fields)
        operand = Operand(Token("variable", variable, action.start(1)), fields)
        reads.append(Read(origin, action.end(2)))
        shown.append(Shown((Command((operand,)),), origin))
    is_whole = len(shown) == text.count("{{")
    return Template(tuple(reads), tuple(shown)) if is_whole else None
