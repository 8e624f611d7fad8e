"""Go's template grammar, with the functions and variables that Prometheus gives to a template.

`parse` refuses what Go refuses before a template runs: unknown functions, variables that nobody
declared, actions that are not closed. What can only fail while it runs is not judged.
Sources: https://pkg.go.dev/text/template,
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from toolkit.did_you_mean import did_you_mean
from toolkit.prometheus.go_templates.lexer import TemplateError, Token, tokens

FUNCTIONS = frozenset(
    {
        # Go's own
        "and", "call", "html", "index", "js", "len", "not", "or", "print", "printf", "println",
        "slice", "urlquery", "eq", "ge", "gt", "le", "lt", "ne",
        # of Prometheus
        "args", "externalURL", "first", "graphLink", "humanize", "humanize1024",
        "humanizeDuration", "humanizePercentage", "humanizeTimestamp", "label", "match",
        "parseDuration", "pathPrefix", "query", "reReplaceAll", "safeHtml", "sortByLabel",
        "stripDomain", "stripPort", "strvalue", "tableLink", "title", "toLower",
        "toTime", "toUpper", "value",
        # of Prometheus 3
        "now", "toDuration", "urlQueryEscape",
    }
)  # fmt: skip
VARIABLES = ("$", "$labels", "$externalLabels", "$externalURL", "$value")
_BLOCKS = frozenset({"if", "range", "with", "block", "define"})
_KEYWORDS = _BLOCKS | {"else", "end", "template", "break", "continue"}
MOST_DEPTH = 100
"""Deeper than any real template, and far from what Python's stack holds. Go has no such limit."""
_CONSTANTS = frozenset({"string", "char", "number"})


@dataclass(frozen=True, slots=True)
class Command:
    """A function or a value with its arguments; `under_root` where `.` is the template's data."""

    operands: tuple["Operand", ...]
    under_root: bool


@dataclass(frozen=True, slots=True)
class Operand:
    """`$labels.zone`: a token and the fields after it; `inside` of round brackets."""

    token: Token
    fields: tuple[str, ...] = ()
    inside: tuple[Command, ...] = ()


@dataclass
class _Block:
    """An `if`, `range`, `with`, `define` or `block` that is open."""

    keyword: str
    offset: int
    variables: int
    under_root: bool
    has_else: bool = False


@dataclass
class _Parser:
    tokens: list[Token]
    at: int = 0
    commands: list[Command] = field(default_factory=list)
    shown: list[tuple[Command, ...]] = field(default_factory=list)
    variables: list[str] = field(default_factory=lambda: list(VARIABLES))
    blocks: list[_Block] = field(default_factory=list)
    under_root: bool = True
    depth: int = 0  # of the round brackets that are open

    def run(self) -> tuple[Command, ...]:
        while self.at < len(self.tokens):
            token = self.next()
            if token.kind == "open":
                self.action()
        if self.blocks:
            block = self.blocks[-1]
            raise TemplateError(f"`{block.keyword}` without {{{{ end }}}}", block.offset)
        return tuple(self.commands)

    # --- Tokens ---------------------------------------------------------------------------

    def next(self) -> Token:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def peek(self) -> Token:
        """The next token that is not a space."""
        while self.tokens[self.at].kind == "space":
            self.at += 1
        return self.tokens[self.at]

    def close(self, what: str) -> None:
        token = self.peek()
        if token.kind != "close":
            raise TemplateError(f"unexpected {token.text!r} in {what}", token.offset)
        self.at += 1

    # --- Actions --------------------------------------------------------------------------

    def action(self) -> None:
        token = self.peek()
        if token.kind != "word" or token.text not in _KEYWORDS:
            self.shown.append(self.pipeline(declares=1))
            self.close("command")
            return
        self.at += 1
        match token.text:
            case "end":
                self.leave(token)
            case "else":
                self.other(token)
            case "break" | "continue":
                if not any(block.keyword == "range" for block in self.blocks):
                    raise TemplateError(f"{{{{{token.text}}}}} outside {{{{range}}}}", token.offset)
                self.close(token.text)
            case "template":
                self.name(token.text)
                if self.peek().kind != "close":
                    self.pipeline()
                self.close("template")
            case keyword:
                self.enter(keyword, token.offset)

    def enter(self, keyword: str, offset: int) -> None:
        if keyword == "define" and self.blocks:
            raise TemplateError("unexpected {{define}}", offset)
        block = _Block(keyword, offset, len(self.variables), self.under_root)
        self.blocks.append(block)
        if keyword in {"define", "block"}:
            self.name(keyword)
        if keyword == "define":
            self.variables = ["$"]
        else:
            self.pipeline(declares=2 if keyword == "range" else 1)
        # Their dot is another one, unless a pipeline says that it is the same.
        self.under_root = self.under_root and keyword == "if"
        self.close(keyword)

    def leave(self, token: Token) -> None:
        if not self.blocks:
            raise TemplateError("unexpected {{end}}", token.offset)
        block = self.blocks.pop()
        if block.keyword == "define":
            self.variables = list(VARIABLES)
        del self.variables[block.variables :]
        self.under_root = block.under_root
        self.close("end")

    def other(self, token: Token) -> None:
        """`{{ else }}`, `{{ else if … }}`, `{{ else with … }}`."""
        block = self.blocks[-1] if self.blocks else None
        if block is None or block.has_else or block.keyword not in {"if", "with", "range"}:
            raise TemplateError("unexpected {{else}}", token.offset)
        self.under_root = block.under_root
        following = self.peek()
        if following.kind == "word" and following.text == block.keyword != "range":
            self.at += 1
            self.pipeline(declares=1)
            self.under_root = block.under_root and block.keyword == "if"
        else:
            block.has_else = True
        self.close("else")

    def name(self, keyword: str) -> None:
        token = self.peek()
        if token.kind != "string":
            raise TemplateError(f"unexpected {token.text!r} in {keyword}", token.offset)
        self.at += 1

    # --- Pipelines ------------------------------------------------------------------------

    def pipeline(self, *, declares: int = 0, ends: str = "") -> tuple[Command, ...]:
        if declares:
            self.variables += self.declared(declares)
        found = [self.command(1)]
        while self.peek().text == "|" and self.peek().kind == "sign":
            self.at += 1
            if self.peek().kind != "close":  # Go takes a pipe with nothing after it
                found.append(self.command(len(found) + 1))
        self.commands += () if ends else found
        return tuple(found)

    def declared(self, most: int) -> list[str]:
        """The variables before `:=` or `=`; nothing where the pipeline declares none."""
        start, found = self.at, list[Token]()
        while self.peek().kind == "variable" and len(found) < most:
            found.append(self.next())
            if self.peek().text != "," or most == 1:
                break
            self.at += 1
        sign = self.peek()
        if not found or sign.text not in {":=", "="}:
            self.at = start
            return []
        self.at += 1
        return [token.text for token in found]

    def command(self, stage: int) -> Command:
        operands: list[Operand] = []
        while True:
            token = self.peek()
            if token.kind in {"close", "open", "text"} or token.text in {"|", ")"}:
                break
            if operands and self.tokens[self.at - 1].kind != "space":
                raise TemplateError(f"unexpected {token.text!r} in operand", token.offset)
            operands.append(self.operand(token))
        if not operands:
            raise TemplateError("missing value for command", self.peek().offset)
        first = operands[0].token
        constant = first.kind in {*_CONSTANTS, "dot"} or first.text in {"true", "false", "nil"}
        if stage > 1 and constant:
            raise TemplateError(
                f"non executable command in pipeline stage {stage}: {first.text}", first.offset
            )
        return Command(tuple(operands), self.under_root)

    def operand(self, token: Token) -> Operand:
        self.at += 1
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
        while self.tokens[self.at].kind == "field":
            fields.append(self.next().text.removeprefix("."))
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
        inside = self.pipeline(ends=")")
        if self.peek().text != ")":
            raise TemplateError("unclosed left paren", opening.offset)
        self.at += 1
        self.depth -= 1
        return inside

    def known_variable(self, token: Token) -> None:
        if token.text not in self.variables:
            hint = did_you_mean(token.text, self.variables).rstrip(".")
            raise TemplateError(f"undefined variable {token.text!r}{hint}", token.offset)


def parse(text: str) -> tuple[Command, ...]:
    """The commands of every pipeline of a template, in order. Raises TemplateError."""
    return _Parser(list(tokens(text))).run()


def pipelines(text: str) -> tuple[tuple[Command, ...], ...]:
    """The pipelines whose results a template shows, in order. Raises TemplateError."""
    parser = _Parser(list(tokens(text)))
    parser.run()
    return tuple(parser.shown)


def walk(commands: tuple[Command, ...]) -> Iterator[Command]:
    """The commands and those in their round brackets."""
    for command in commands:
        yield command
        for operand in command.operands:
            yield from walk(operand.inside)
