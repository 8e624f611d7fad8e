"""A cursor gives tokens in their order, and says what cannot stand where it does."""

import pytest

from toolkit.prometheus.go_templates.lexer import TemplateError, tokens
from toolkit.prometheus.go_templates.token_cursor import TokenCursor


def cursor(text: str) -> TokenCursor:
    return TokenCursor(tokens(text))


def test_a_peek_goes_beyond_spaces_and_stays_before_the_token() -> None:
    reading = cursor("{{  $value }}")
    assert reading.next().kind == "open"
    assert reading.here.kind == "space"
    assert reading.peek().text == reading.peek().text == "$value"
    assert reading.last.kind == "space"
    assert reading.next().text == reading.last.text == "$value"
    reading.close("command")
    assert reading.is_at_end


def test_what_is_not_over_is_refused_at_its_place() -> None:
    reading = cursor("{{ end 1 }}")
    reading.at = 3
    with pytest.raises(TemplateError) as caught:
        reading.close("end")
    assert (caught.value.message, caught.value.offset) == ("unexpected '1' in end", 7)


def test_a_name_is_a_string() -> None:
    reading = cursor('{{ template "x" }}')
    reading.at = 3
    reading.string("template")
    assert reading.last.text == '"x"'
    with pytest.raises(TemplateError, match=r"^unexpected '}}' in template$"):
        reading.string("template")
