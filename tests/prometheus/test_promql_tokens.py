"""What is between two tokens is none of them."""

import pytest

from toolkit.prometheus.promql_tokens import Token, tokens

READ = {
    " a # b\n+ # c": [("word", "a", 1), ("sign", "+", 7)],
    "# only this": [],
    "": [],
    '"#" \'"\' `\\`': [("string", '"#"', 0), ("string", "'\"'", 4), ("string", "`\\`", 8)],
    "0x1f-1_0.5e+3m": [("number", "0x1f", 0), ("sign", "-", 4), ("number", "1_0.5e+3m", 5)],
    "a:b[$__rate_interval] @ ~": [
        ("word", "a:b", 0),
        ("sign", "[", 3),
        ("word", "$__rate_interval", 4),
        ("sign", "]", 20),
        ("sign", "@", 22),
        ("other", "~", 24),
    ],
}


@pytest.mark.parametrize(("text", "wanted"), READ.items())
def test_each_token_has_its_kind_and_its_place(
    text: str, wanted: list[tuple[str, str, int]]
) -> None:
    assert tokens(text) == [Token(kind, x, at, at + len(x)) for kind, x, at in wanted]


def test_a_part_of_a_text_is_read_alone() -> None:
    assert tokens("a +  b  * c", 3, 7) == [Token("word", "b", 5, 6)]
