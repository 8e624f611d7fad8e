"""Goes through the tokens of a Go template, and refuses one that cannot stand where it does."""

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.prometheus.go_templates.lexer import TemplateError, Token


@dataclass(slots=True)
class TokenCursor:
    """A place among tokens: `at` is the number of the next one."""

    tokens: Sequence[Token]
    at: int = 0

    @property
    def is_at_end(self) -> bool:
        """Whether no token is left."""
        return self.at >= len(self.tokens)

    @property
    def last(self) -> Token:
        """The token before this place, a space too: it parts two operands."""
        return self.tokens[self.at - 1]

    @property
    def here(self) -> Token:
        """The next token, a space too: a field belongs to what it follows at once."""
        return self.tokens[self.at]

    def next(self) -> Token:
        """Go beyond the next token, a space too, and give it."""
        token = self.tokens[self.at]
        self.at += 1
        return token

    def peek(self) -> Token:
        """The next token that is not a space; the cursor stands before it."""
        while self.tokens[self.at].kind == "space":
            self.at += 1
        return self.tokens[self.at]

    def close(self, what: str) -> None:
        """Go beyond `}}`. Raises TemplateError where `what` is not over."""
        token = self.peek()
        if token.kind != "close":
            raise TemplateError(f"unexpected {token.text!r} in {what}", token.offset)
        self.at += 1

    def string(self, keyword: str) -> None:
        """Go beyond the name that a keyword asks for. Raises TemplateError for another token."""
        token = self.peek()
        if token.kind != "string":
            raise TemplateError(f"unexpected {token.text!r} in {keyword}", token.offset)
        self.at += 1
